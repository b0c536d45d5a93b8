import { Stack, Title } from '@mantine/core'
import { Page } from '../../parts/page.js'
import { useText } from '../../text/text.js'
import { ExportPanel } from './export-panel.js'
import { ImportStart } from './import-start.js'
import { ImportLook } from './import-look.js'
import { useImport } from './use-import.js'

export function ImportExportPage() {
  const { importExport } = useText()
  const importing = useImport()
  const { source, begin } = importing
  return (
    <Page title={importExport.title} lead={importExport.lead}>
      <Stack gap={32}>
        <section>
          <Title order={2} mb="xs">
            {importExport.importTitle}
          </Title>
          {source === undefined ? (
            <ImportStart onGiven={begin} />
          ) : (
            <ImportLook importing={importing} source={source} />
          )}
        </section>
        {source === undefined && (
          <section>
            <Title order={2} mb="xs">
              {importExport.exportTitle}
            </Title>
            <ExportPanel />
          </section>
        )}
      </Stack>
    </Page>
  )
}
