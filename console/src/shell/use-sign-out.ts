import { useMutation } from '@tanstack/react-query'
import { signOut, SignInRefused } from '../api/session.js'
import { failureText } from '../parts/failure-panel.js'
import { tellProblem } from '../parts/tell.js'
import { useText } from '../text/text.js'

/** Signs this browser out. Where that was not done, it is said: somebody else may come to this machine. */
export function useSignOut() {
  const text = useText()
  return useMutation({
    mutationFn: signOut,
    onError: (error) =>
      tellProblem(error instanceof SignInRefused ? failureText(error, text) : text.shell.notSignedOut, text),
  })
}
