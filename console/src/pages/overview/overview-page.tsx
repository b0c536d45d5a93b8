import { Page } from '../../parts/page.js'
import { useText } from '../../text/text.js'

export function OverviewPage() {
  const { shell } = useText()
  return <Page title={shell.sections.overview}>{null}</Page>
}
