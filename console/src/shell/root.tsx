import { useQueryClient } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { followChanges } from '../api/live.js'
import { load } from '../parts/load.js'
import { Away } from './away.js'
import { Shell } from './shell.js'
import { useSessionState } from './use-session.js'

// Most people are signed in when they come, and stay so.
const SignInPage = lazy(async () => ({
  default: (await load(() => import('../pages/sign-in/sign-in-page.js'))).SignInPage,
}))
const SessionEnded = lazy(async () => ({
  default: (await load(() => import('../pages/sign-in/session-ended.js'))).SessionEnded,
}))

/** Who is signed in sees the console; everybody else how to sign in, at whatever address, and comes to that. */
export function Root() {
  const state = useSessionState()
  const queries = useQueryClient()
  const isIn = state.kind === 'in'
  // A link signs in whoever opens it, also where somebody is signed in.
  const isLink = useRouterState({ select: ({ location }) => location.pathname === '/sign-in' })

  useEffect(() => (isIn ? followChanges(queries) : undefined), [isIn, queries])
  useEffect(() => {
    // What was refused while nobody was signed in, and what belongs to who was.
    if (isIn) void queries.invalidateQueries()
    if (state.kind === 'out') queries.clear()
  }, [isIn, state.kind, queries])

  if (state.kind === 'unknown') return null
  if (state.kind === 'away') return <Away />
  if (state.kind === 'out' || isLink)
    return (
      <Suspense>
        <SignInPage />
      </Suspense>
    )
  return (
    <>
      <Shell />
      {state.kind === 'ended' && (
        <Suspense>
          <SessionEnded />
        </Suspense>
      )}
    </>
  )
}
