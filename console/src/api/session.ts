import { signInAnswer } from '../../../src/api/v1/answers/sign-in.js'
import { problemAnswer } from '../../../src/api/v1/problems.js'
import { decode, type Answer } from '../../../src/api/client/decode.js'

/** Who is signed in here, as the API says it. */
export type Session = Answer<typeof signInAnswer>

/**
 * `unknown`: not asked yet. `out`: nobody is, and nothing was begun. `ended`: somebody was, and what they had begun is still on
 * the page.
 */
export type SessionState =
  | { kind: 'unknown' }
  | { kind: 'in'; session: Session }
  | { kind: 'out' }
  | { kind: 'ended'; session: Session }

/** A sign-in that the API refused, in its own words. */
export class SignInRefused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail)
  }
}

let state: SessionState = { kind: 'unknown' }
const listeners = new Set<() => void>()
/** Tells the other tabs of this browser, which have the same cookie: a change of this is an event there. */
const tabsKey = 'carillon-session'
addEventListener('storage', ({ key }) => {
  if (key === tabsKey) askSession().catch((error: unknown) => reportError(error))
})

export function sessionState(): SessionState {
  return state
}

export function watchSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** For the header that shows that a page of ours made a request. */
export function csrf(): string | undefined {
  return state.kind === 'in' ? state.session.csrf : undefined
}

/** Asks the API who is signed in. @returns whether somebody is */
export async function askSession(): Promise<boolean> {
  const response = await fetch('/v1/sign-in', { headers: { Accept: 'application/json' } })
  if (response.ok) {
    become({ kind: 'in', session: decode(signInAnswer, await response.json()) })
    return true
  }
  if (response.status !== 401) throw await refusalOf(response)
  sessionIsOver()
  return false
}

/** The API does not know the browser any more: what is on the page stays there. */
export function sessionIsOver(): void {
  if (state.kind === 'in') become({ kind: 'ended', session: state.session })
  else if (state.kind === 'unknown') become({ kind: 'out' })
}

/** @throws SignInRefused */
export async function signIn(proof: { link: string } | { token: string }): Promise<void> {
  const response = await fetch('/v1/sign-in', {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify(proof),
  })
  if (!response.ok) throw await refusalOf(response)
  become({ kind: 'in', session: decode(signInAnswer, await response.json()) })
  tellTabs()
}

export async function signOut(): Promise<void> {
  const secret = csrf()
  await fetch('/v1/sign-in', {
    method: 'DELETE',
    headers: secret === undefined ? {} : { 'x-carillon-csrf': secret },
  })
  become({ kind: 'out' })
  tellTabs()
}

function tellTabs(): void {
  localStorage.setItem(tabsKey, String(Date.now()))
}

function become(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

async function refusalOf(response: Response): Promise<SignInRefused> {
  const { data } = problemAnswer.safeParse(await response.json().catch(() => undefined))
  return new SignInRefused(response.status, data?.detail ?? response.statusText)
}
