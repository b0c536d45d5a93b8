import { Button, Text } from '@mantine/core'
import { IconPlayerPlay, IconQrcode } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { load } from '../../parts/load.js'
import { StateMark } from '../../parts/state-mark.js'
import { useMay } from '../../shell/use-session.js'
import { useText } from '../../text/text.js'
import type { Situation } from '../accounts/situation.js'
import { useResumeAccount } from '../accounts/use-resume-account.js'
import styles from './overview.module.css'

// It is not on the first page until somebody asks for it, and neither is what dialogs need.
const LinkDialog = lazy(async () => ({
  default: (await load(() => import('../accounts/link-dialog.js'))).LinkDialog,
}))

/** An account that cannot send: why, and what to do about it. */
export function AccountTrouble({ account, situation }: { account: AccountView; situation: Situation }) {
  const text = useText()
  const may = useMay()
  const [isLinking, setLinking] = useState(false)
  const resume = useResumeAccount(account.id)
  return (
    <div className={styles.trouble} data-trouble={account.id}>
      <Text fw={550} truncate>
        {account.id}
      </Text>
      <StateMark tone={situation.tone} icon={situation.icon}>
        {situation.word}
      </StateMark>
      <Text size="sm" c="dimmed" className={styles.advice ?? ''}>
        {situation.advice}
      </Text>
      {situation.action === 'link' && may.own && (
        <Button
          size="xs"
          variant="default"
          className={styles.mend ?? ''}
          leftSection={<IconQrcode size={15} aria-hidden />}
          onClick={() => setLinking(true)}
        >
          {account.linkedAt === null ? text.accounts.link : text.accounts.linkAgain}
        </Button>
      )}
      {situation.action === 'resume' && may.edit && (
        <Button
          size="xs"
          variant="default"
          className={styles.mend ?? ''}
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          loading={resume.isPending}
          onClick={() => resume.mutate()}
        >
          {text.accounts.resume}
        </Button>
      )}
      {isLinking && (
        <Suspense>
          <LinkDialog account={account} onClose={() => setLinking(false)} />
        </Suspense>
      )}
    </div>
  )
}
