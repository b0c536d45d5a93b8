import { notifications } from '@mantine/notifications'
import type { Catalogue } from '../text/en/index.js'
import { failureText } from './failure-panel.js'
import { sessionState } from '../api/session.js'

export function tellDone(message: string): void {
  notifications.show({ message, color: 'verdigris', autoClose: 4_000, withCloseButton: false })
}

/** What was refused stays on the screen until it is read. Of a session that is over the shell tells. */
export function tellFailure(error: unknown, text: Catalogue, whatNext = ''): void {
  if (sessionState().kind === 'ended') return
  tellProblem(`${failureText(error, text)} ${whatNext}`.trim(), text)
}

/** The same in words of the page's own. */
export function tellProblem(message: string, { common, failures }: Catalogue): void {
  notifications.show({
    title: failures.title,
    message,
    color: 'red',
    autoClose: false,
    closeButtonProps: { 'aria-label': common.close },
  })
}
