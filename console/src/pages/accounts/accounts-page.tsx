import { Button } from '@mantine/core'
import { IconBrandWhatsapp, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { useMay } from '../../shell/use-session.js'
import { useText } from '../../text/text.js'
import { AccountRow } from './account-row.js'
import { AddAccount } from './add-account.js'
import { LimitsDialog } from './limits-dialog.js'
import { LinkDialog } from './link-dialog.js'
import { PauseDialog, RemoveDialog, UnlinkDialog } from './leaving-dialogs.js'
import { useAccounts } from './use-accounts.js'

export type AccountAction = 'link' | 'limits' | 'pause' | 'unlink' | 'remove'

const dialogs = {
  link: LinkDialog,
  limits: LimitsDialog,
  pause: PauseDialog,
  unlink: UnlinkDialog,
  remove: RemoveDialog,
}

export function AccountsPage() {
  const { accounts: text } = useText()
  const may = useMay()
  const { data, error, refetch } = useAccounts()
  const [isAdding, setAdding] = useState(false)
  const [open, setOpen] = useState<{ action: AccountAction; account: AccountView }>()
  const Dialog = open && dialogs[open.action]

  const addButton = may.own && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {text.add}
    </Button>
  )
  return (
    <Page title={text.title} lead={text.lead} actions={data !== undefined && data.length > 0 && addButton}>
      {error !== null && data === undefined && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <LoadingRows count={2} />}
      {data?.length === 0 && (
        <Empty icon={IconBrandWhatsapp} title={text.empty} help={text.emptyHelp} action={addButton} />
      )}
      {data !== undefined && data.length > 0 && (
        <Panel hasRows>
          {data.map((account) => (
            <AccountRow
              key={account.id}
              account={account}
              onAction={(action) => setOpen({ action, account })}
            />
          ))}
        </Panel>
      )}
      {isAdding && (
        <AddAccount
          onClose={() => setAdding(false)}
          onAdded={(account) => {
            setAdding(false)
            setOpen({ action: 'link', account })
          }}
        />
      )}
      {open && Dialog && <Dialog account={open.account} onClose={() => setOpen(undefined)} />}
    </Page>
  )
}
