import '@mantine/core/styles/Stepper.layer.css'
import { Anchor, Button, Stack, Stepper, Text, TextInput, Title } from '@mantine/core'
import { IconCircleCheckFilled, IconPencilPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { Page } from '../../parts/page.js'
import { Panel } from '../../parts/panel.js'
import { useSpoken } from '../../text/text.js'
import { LinkPhone } from '../accounts/link-phone.js'
import { isLinkedState } from '../accounts/linked-states.js'
import { useAccounts } from '../accounts/use-accounts.js'
import { useAddAccount } from '../accounts/use-add-account.js'
import styles from './start.module.css'

/** The first steps of an empty system, one at a time. It goes on where one was. */
export function StartPage() {
  const { text } = useSpoken()
  const { start, shell } = text
  const queries = useQueryClient()
  const { data: accounts } = useAccounts()
  const account = accounts?.[0]
  const isLinked = account !== undefined && isLinkedState(account.state)
  return (
    <Page
      title={start.title}
      lead={start.lead}
      actions={
        <Anchor component={Link} to="/accounts" size="sm">
          {start.later}
        </Anchor>
      }
    >
      <Stepper
        active={isLinked ? 1 : 0}
        size="sm"
        mb="lg"
        wrap={false}
        className={styles.steps}
        classNames={{ step: styles.step ?? '', stepBody: styles.stepName ?? '' }}
      >
        {(['link', 'write', 'check', 'done'] as const).map((step) => (
          <Stepper.Step key={step} label={start.steps[step]} />
        ))}
      </Stepper>
      <Panel>
        <div className={styles.body}>
          {account === undefined && <NameAccount />}
          {account !== undefined && !isLinked && (
            <Stack>
              <Title order={2}>{text.linking.title(account.id)}</Title>
              <LinkPhone
                id={account.id}
                onLinked={() => void queries.invalidateQueries({ queryKey: keys.accounts })}
                onDone={() => void queries.invalidateQueries({ queryKey: keys.accounts })}
              />
            </Stack>
          )}
          {isLinked && <Linked id={account.id} newReminder={shell.newReminder} />}
        </div>
      </Panel>
    </Page>
  )
}

function NameAccount() {
  const { text } = useSpoken()
  const { start, accounts, common } = text
  const [id, setId] = useState(accounts.idUsual)
  const { add, problem } = useAddAccount()
  function submit(event: FormEvent): void {
    event.preventDefault()
    add.mutate(id.trim())
  }
  return (
    <form onSubmit={submit}>
      <Stack maw={460}>
        <Title order={2}>{start.steps.link}</Title>
        <Text c="dimmed">{start.linkLead}</Text>
        <TextInput
          label={accounts.id}
          description={accounts.idHelp}
          value={id}
          onChange={({ currentTarget }) => setId(currentTarget.value)}
          error={problem}
          autoComplete="off"
          spellCheck={false}
          required
        />
        <Button type="submit" loading={add.isPending} disabled={id.trim() === ''} className={styles.button}>
          {common.next}
        </Button>
      </Stack>
    </form>
  )
}

/** Groups come a moment after the phone. */
const lookEveryMs = 1_500

function Linked({ id, newReminder }: { id: string; newReminder: string }) {
  const { text, format } = useSpoken()
  const { start, accounts } = text
  const { data: groups } = useQuery({
    queryKey: keys.groups(id),
    queryFn: () => api.groups.list(id),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.length === 0 ? lookEveryMs : false,
  })
  const count = groups?.length ?? 0
  return (
    <Stack align="flex-start">
      <IconCircleCheckFilled size={36} className={styles.done} aria-hidden />
      <Title order={2}>{start.writeIt}</Title>
      <Text c="dimmed" role="status">
        {count === 0 ? start.groupsComing : start.linked(id, accounts.groups(count, format.number(count)))}
      </Text>
      <Button component={Link} to="/reminders/new" leftSection={<IconPencilPlus size={16} aria-hidden />}>
        {newReminder}
      </Button>
    </Stack>
  )
}
