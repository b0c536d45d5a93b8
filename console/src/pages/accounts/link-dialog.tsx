import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { keys } from '../../data/keys.js'
import { useText } from '../../text/text.js'
import { LinkPhone } from './link-phone.js'

export function LinkDialog({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const { common, linking } = useText()
  const queries = useQueryClient()
  const isNarrow = useMediaQuery('(max-width: 48em)')
  return (
    <Modal
      opened
      onClose={onClose}
      title={linking.title(account.id)}
      size={620}
      fullScreen={isNarrow ?? false}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <LinkPhone
        id={account.id}
        onLinked={() => void queries.invalidateQueries({ queryKey: keys.accounts })}
        onDone={onClose}
      />
    </Modal>
  )
}
