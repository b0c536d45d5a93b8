import '@mantine/core/styles/ActionIcon.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { ActionIcon, Button, Menu, Progress, Text } from '@mantine/core'
import {
  IconDots,
  IconExternalLink,
  IconGauge,
  IconPlayerPause,
  IconPlayerPlay,
  IconQrcode,
  IconTrash,
  IconUnlink,
} from '@tabler/icons-react'
import { isLinkedState } from './linked-states.js'
import { sessionWorkflowId } from '../../../../src/domain/ids.js'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { StateMark } from '../../parts/state-mark.js'
import { useWorkflowPage } from '../../parts/temporal-link.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import type { AccountAction } from './accounts-page.js'
import { useResumeAccount } from './use-resume-account.js'
import styles from './account-row.module.css'
import { situationOf } from './situation.js'

export function AccountRow({
  account,
  onAction,
}: {
  account: AccountView
  onAction: (action: AccountAction) => void
}) {
  const { text, format } = useSpoken()
  const { accounts, common } = text
  const may = useMay()
  const workflow = useWorkflowPage(sessionWorkflowId(account.id))
  const situation = situationOf(account, text, format)
  const resume = useResumeAccount(account.id)
  const { sentLastDay, dailyCapNow } = account
  const isLinked = isLinkedState(account.state)

  return (
    <article className={styles.row} aria-label={account.id} data-account={account.id}>
      <div className={styles.name}>
        <Text fw={600} truncate>
          {account.id}
        </Text>
        <Text size="sm" c="dimmed" truncate>
          {accounts.groups(account.groups, format.number(account.groups))} ·{' '}
          {accounts.perMinute(format.number(account.ratePerMinute))}
          {account.warmUp && ` · ${accounts.warmUp}`}
        </Text>
      </div>
      <div className={styles.state}>
        <StateMark tone={situation.tone} icon={situation.icon}>
          {situation.word}
        </StateMark>
        <Text size="sm" c="dimmed">
          {situation.advice}
        </Text>
      </div>
      <div className={styles.sent}>
        <Text size="sm">
          {accounts.sentToday(format.number(sentLastDay))}{' '}
          <Text span c="dimmed" inherit>
            {dailyCapNow === null ? '' : accounts.ofCap(format.number(dailyCapNow))}
          </Text>
        </Text>
        {dailyCapNow !== null && (
          <Progress
            size={4}
            mt={6}
            value={Math.min(100, (100 * sentLastDay) / Math.max(1, dailyCapNow))}
            color={sentLastDay >= dailyCapNow ? 'brass.6' : 'verdigris.6'}
            aria-label={accounts.columns.sent}
          />
        )}
      </div>
      <div className={styles.actions}>
        {situation.action === 'link' && may.own && (
          <Button
            size="xs"
            leftSection={<IconQrcode size={15} aria-hidden />}
            onClick={() => onAction('link')}
          >
            {account.linkedAt === null ? accounts.link : accounts.linkAgain}
          </Button>
        )}
        {situation.action === 'resume' && may.edit && (
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            loading={resume.isPending}
            onClick={() => resume.mutate()}
          >
            {accounts.resume}
          </Button>
        )}
        {may.edit && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={common.moreOf(account.id)}>
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {account.pausedReason === null && (
                <Menu.Item
                  leftSection={<IconPlayerPause size={16} aria-hidden />}
                  onClick={() => onAction('pause')}
                >
                  {accounts.pauseAll}
                </Menu.Item>
              )}
              {may.own && (
                <>
                  <Menu.Item
                    leftSection={<IconGauge size={16} aria-hidden />}
                    onClick={() => onAction('limits')}
                  >
                    {accounts.limits}
                  </Menu.Item>
                  {situation.action !== 'link' && !isLinked && (
                    <Menu.Item
                      leftSection={<IconQrcode size={16} aria-hidden />}
                      onClick={() => onAction('link')}
                    >
                      {accounts.linkAgain}
                    </Menu.Item>
                  )}
                  {workflow !== undefined && (
                    <Menu.Item
                      component="a"
                      href={workflow}
                      target="_blank"
                      rel="noreferrer"
                      leftSection={<IconExternalLink size={16} aria-hidden />}
                    >
                      {text.runs.temporal}
                    </Menu.Item>
                  )}
                  <Menu.Divider />
                  {account.linkedAt !== null && (
                    <Menu.Item
                      leftSection={<IconUnlink size={16} aria-hidden />}
                      onClick={() => onAction('unlink')}
                    >
                      {accounts.unlink}
                    </Menu.Item>
                  )}
                  <Menu.Item
                    leftSection={<IconTrash size={16} aria-hidden />}
                    onClick={() => onAction('remove')}
                  >
                    {accounts.remove}
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
    </article>
  )
}
