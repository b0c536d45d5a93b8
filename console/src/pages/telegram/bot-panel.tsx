import '@mantine/core/styles/ActionIcon.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { ActionIcon, Anchor, Button, Menu, Text, Title } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconClock,
  IconDots,
  IconKey,
  IconTrash,
  IconUserOff,
  IconUserPlus,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { remoteControlName } from '../../../../src/domain/telegram.js'
import type { BotView } from '../../../../src/store/inbox/bots.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useNow } from '../../parts/use-now.js'
import { useSpoken } from '../../text/text.js'
import styles from './telegram.module.css'

/** One bot: how it is, and who may use it. */
export function BotPanel({
  bot,
  onChange,
  onRemove,
  onLetIn,
  onLetOut,
}: {
  bot: BotView
  onChange: () => void
  onRemove: () => void
  onLetIn: () => void
  onLetOut: (name: string) => void
}) {
  const { text, format } = useSpoken()
  const { telegram: words, common } = text
  const now = useNow()
  const { id, username, handler, users, waiting, dead } = bot
  return (
    <section data-bot={id}>
      <Panel hasRows>
        <div className={styles.head}>
          <div className={styles.name}>
            <Title order={2}>{id}</Title>
            <Text size="sm" c="dimmed">
              <Anchor
                href={`https://t.me/${username}`}
                target="_blank"
                rel="noreferrer"
                inherit
                underline="always"
              >
                @{username}
              </Anchor>
              {handler !== remoteControlName && ` · ${words.handler(handler)}`}
            </Text>
          </div>
          <div className={styles.state}>
            <BotState bot={bot} />
            {waiting > 0 && (
              <Text size="sm" c="dimmed">
                {words.waiting(waiting, format.number(waiting))}
              </Text>
            )}
            {dead > 0 && (
              <Anchor component={Link} to="/inbox" size="sm" underline="always">
                {words.openDead}
              </Anchor>
            )}
          </div>
          <div className={styles.actions}>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconUserPlus size={14} aria-hidden />}
              onClick={onLetIn}
            >
              {words.letIn}
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={common.moreOf(id)}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={onChange}>
                  {words.change}
                </Menu.Item>
                <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
                  {words.remove}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </div>
        </div>
        <div className={styles.people}>
          <Text size="sm" fw={550}>
            {words.people}
          </Text>
          {users.length === 0 && (
            <Text size="sm" c="dimmed">
              {words.noPeople}
            </Text>
          )}
        </div>
        {users.map(({ name, role, accounts, linkedAt }) => (
          <div key={name} className={styles.person} data-person={name}>
            <Text fw={550} className={styles.breaks}>
              {name}
            </Text>
            <Text size="sm" c="dimmed">
              {words.roles[role]} · {accounts === null ? words.allAccounts : format.list(accounts)} ·{' '}
              {words.since(format.relative(linkedAt, now))}
            </Text>
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              aria-label={words.letOutOf(name)}
              onClick={() => onLetOut(name)}
            >
              {words.letOut}
            </Button>
          </div>
        ))}
      </Panel>
    </section>
  )
}

function BotState({ bot: { users, waiting, dead } }: { bot: BotView }) {
  const { text, format } = useSpoken()
  const { telegram: words } = text
  if (dead > 0)
    return (
      <StateMark tone="bad" icon={IconAlertTriangle}>
        {words.dead(dead, format.number(dead))}
      </StateMark>
    )
  if (users.length === 0)
    return (
      <StateMark tone="wait" icon={IconUserOff}>
        {words.nobody}
      </StateMark>
    )
  return (
    <StateMark tone={waiting > 0 ? 'live' : 'ok'} icon={waiting > 0 ? IconClock : IconCircleCheckFilled}>
      {words.ready}
    </StateMark>
  )
}
