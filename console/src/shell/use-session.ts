import { useSyncExternalStore } from 'react'
import { liveState, watchLive, type LiveState } from '../api/live.js'
import { sessionState, watchSession, type Session, type SessionState } from '../api/session.js'

export const useSessionState = (): SessionState => useSyncExternalStore(watchSession, sessionState)

export const useLiveState = (): LiveState => useSyncExternalStore(watchLive, liveState)

/** Who is signed in, or was until a moment ago: the pages stay as they were for them. */
export function useSession(): Session {
  const state = useSessionState()
  if (state.kind === 'in' || state.kind === 'ended') return state.session
  throw new Error('Pages are shown to who is signed in.')
}

/** Whether buttons that change something are shown. The API decides again, each time. */
export function useMay(): { edit: boolean; own: boolean } {
  const { role } = useSession()
  return { edit: role === 'owner' || role === 'editor', own: role === 'owner' }
}
