import { browsersAnswer, signInAnswer } from '../../../src/api/v1/answers/sign-in.js'
import { problemAnswer } from '../../../src/api/v1/problems.js'
import { decode, type Answer } from '../../../src/api/client/decode.js'
import type { Said } from '../../../src/domain/sentences/read.js'

/** Who is signed in here, as the API says it. */
export type Session = Answer<typeof signInAnswer>

/**
 * `unknown`: not asked yet. `away`: the API does not answer, and is asked again. `out`: nobody is, and nothing was begun. `ended`:
 * somebody was, and what they had begun is still on the page.
 */
export type SessionState =
  | { kind: 'unknown' }
  | { kind: 'away' }
  | { kind: 'in'; session: Session }
  | { kind: 'out' }
  | { kind: 'ended'; session: Session }

/** A sign-in that the API refused, in its own words, and what they say. */
export class SignInRefused extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly said?: Said,
  ) {
    super(detail)
  }
}

const askAgainMs = 2_000
let state: SessionState = { kind: 'unknown' }
let isOver = false
const listeners = new Set<() => void>()
/** Tells the other tabs of this browser, which have the same cookie: a change of this is an event there. */
const tabsKey = 'carillon-session'
addEventListener('storage', ({ key, newValue }) => {
  if (key !== tabsKey) return
  if (newValue?.startsWith('out') === true) beginAnew('/')
  else askSession().catch((error: unknown) => reportError(error))
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

/** Whether the page is on its way out: what somebody asked for is not asked in the name of who is signed in next. */
export function isLeaving(): boolean {
  return isOver
}

/** Asks until the API has said who is signed in. */
export async function findSession(): Promise<void> {
  for (;;) {
    try {
      await askSession()
      return
    } catch (error) {
      // It is being started, or there is no connection.
      if (state.kind === 'unknown') {
        reportError(error)
        become({ kind: 'away' })
      }
      if (state.kind !== 'away') return
      await new Promise((resolve) => setTimeout(resolve, askAgainMs))
    }
  }
}

/** Asks the API who is signed in. @returns whether somebody is */
export async function askSession(): Promise<boolean> {
  const response = await fetch('/v1/sign-in', { headers: { Accept: 'application/json' } })
  if (response.ok) {
    signedIn(decode(signInAnswer, await response.json()))
    return true
  }
  if (response.status !== 401) throw await refusalOf(response)
  sessionIsOver()
  return false
}

/** The API does not know the browser any more: what is on the page stays there. */
export function sessionIsOver(): void {
  if (state.kind === 'in') become({ kind: 'ended', session: state.session })
  else if (state.kind !== 'ended') become({ kind: 'out' })
}

/** @throws SignInRefused */
export async function signIn(proof: { link: string } | { token: string }): Promise<void> {
  const response = await fetch('/v1/sign-in', {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify(proof),
  })
  if (!response.ok) throw await refusalOf(response)
  const session = decode(signInAnswer, await response.json())
  tellTabs('in')
  signedIn(session)
  // Nobody goes on with a page that goes.
  if (isOver) await new Promise<never>(() => undefined)
}

/** @throws SignInRefused where the browser is signed in still; TypeError where nobody answers */
export async function signOut(): Promise<void> {
  const response = await fetch('/v1/sign-in', { method: 'DELETE', headers: proof() })
  if (!response.ok && response.status !== 401) throw await refusalOf(response)
  tellTabs('out')
  beginAnew('/')
}

/** The browsers that are signed in by the same token, this one first. @throws SignInRefused */
export async function listBrowsers(): Promise<Answer<typeof browsersAnswer>['browsers']> {
  const response = await fetch('/v1/sign-in/everywhere', { headers: { Accept: 'application/json' } })
  if (!response.ok) throw await refusalOf(response)
  return decode(browsersAnswer, await response.json()).browsers
}

/** All of them, this one too. @throws SignInRefused where they are signed in still; TypeError where nobody answers */
export async function signOutEverywhere(): Promise<void> {
  const response = await fetch('/v1/sign-in/everywhere', { method: 'DELETE', headers: proof() })
  if (!response.ok && response.status !== 401) throw await refusalOf(response)
  tellTabs('out')
  beginAnew('/')
}

function proof(): Record<string, string> {
  const secret = csrf()
  return secret === undefined ? {} : { 'x-carillon-csrf': secret }
}

/**
 * Whoever was signed in before and may the same goes on with the page. Somebody else begins with one of their own: nothing that
 * the other has read, written or asked for is left in it.
 */
function signedIn(session: Session): void {
  const before = state.kind === 'in' || state.kind === 'ended' ? state.session : undefined
  if (before === undefined || rightsOf(before) === rightsOf(session)) become({ kind: 'in', session })
  else beginAnew(before.operatorId === session.operatorId ? ownPath() : '/')
}

/** But the page of a link, which has done what it is for. */
function ownPath(): string {
  return location.pathname === '/sign-in' ? '/' : location.pathname
}

function rightsOf({ operatorId, role, accounts }: Session): string {
  return JSON.stringify([operatorId, role, accounts])
}

/** Drafts are kept as the page goes. */
function beginAnew(path: string): void {
  isOver = true
  location.replace(path)
}

function tellTabs(what: 'in' | 'out'): void {
  localStorage.setItem(tabsKey, `${what} ${Date.now()}`)
}

function become(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

async function refusalOf(response: Response): Promise<SignInRefused> {
  const { data } = problemAnswer.safeParse(await response.json().catch(() => undefined))
  return new SignInRefused(response.status, data?.detail ?? response.statusText, data?.said?.detail)
}
