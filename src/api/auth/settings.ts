/** How browsers reach the API. A proxy in front of it may end TLS and change the host. */
export type BrowserSettings = {
  /** Under which they do: such as `https://carillon.example.org`. */
  originsOf: (request: Request) => readonly string[]
  isTls: (request: Request) => boolean
}

/** Where nothing stands in front. */
export const direct: BrowserSettings = {
  originsOf: ({ url }) => [new URL(url).origin],
  isTls: ({ url }) => new URL(url).protocol === 'https:',
}

/** A browser is signed in for twelve hours at most, and until it was not used for two. */
export const signInLastsMs = 12 * 3_600_000
export const idleMs = 2 * 3_600_000

/** A link to sign in by is used at once, or made again. */
export const linkLastsMs = 15 * 60_000
