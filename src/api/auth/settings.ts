/** A browser is signed in for twelve hours at most, and until it was not used for two. */
export const signInLastsMs = 12 * 3_600_000
export const idleMs = 2 * 3_600_000
