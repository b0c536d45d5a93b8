import { useText } from '../text/text.js'
import { NothingHere } from './failure-panel.js'
import { Page } from './page.js'

export function NotFound() {
  const { failures } = useText()
  return (
    <Page title={failures.noPage}>
      <NothingHere />
    </Page>
  )
}
