import '@mantine/core/styles/Code.layer.css'
import { Button, Code, Stack, Text, Title } from '@mantine/core'
import { IconBrandTelegram, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { BotView } from '../../../../src/store/inbox/bots.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Confirm } from '../../parts/confirm.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { Secret } from '../../parts/secret.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { BotDialog } from './bot-dialog.js'
import { BotPanel } from './bot-panel.js'
import { LetInDialog } from './let-in-dialog.js'
import styles from './telegram.module.css'

/** The remote control's, by what they are for. */
const commands = {
  look: '/list, /next, /runs',
  preview: '/preview',
  act: '/pause, /resume, /cancel',
  snooze: '/snooze',
  progress: '/progress',
} as const

type Asked =
  | { kind: 'add' }
  | { kind: 'change' | 'remove' | 'letIn'; bot: BotView }
  | { kind: 'letOut'; bot: BotView; name: string }
  | { kind: 'code'; name: string; url: string; expiresAt: Date }

/** The bots at Telegram, who may use them, and what they can do. */
export function TelegramPage() {
  const { text, format } = useSpoken()
  const { telegram: words } = text
  const may = useMay()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<Asked>()
  const close = (): void => setAsked(undefined)
  const { data, error, refetch } = useQuery({
    queryKey: keys.bots,
    queryFn: () => api.bots.list(),
    enabled: may.own,
  })
  const afterwards = {
    onError: (problem: unknown) => tellFailure(problem, text),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: keys.bots })
      await queries.invalidateQueries({ queryKey: keys.hasBots('owner') })
    },
  }
  const remove = useDeed({
    mutationFn: (id: string) => api.bots.remove(id),
    onSuccess({ toldTelegram }) {
      close()
      tellDone(toldTelegram ? words.removed : words.removedHere)
    },
    ...afterwards,
  })
  const letOut = useDeed({
    mutationFn: ({ bot, name }: { bot: string; name: string }) => api.bots.unlink(bot, name),
    onSuccess: close,
    ...afterwards,
  })
  const addButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAsked({ kind: 'add' })}>
      {words.add}
    </Button>
  )
  return (
    <Page title={words.title} lead={words.lead} actions={data !== undefined && data.length > 0 && addButton}>
      <Stack gap="lg">
        {error !== null && data === undefined && (
          <FailurePanel error={error} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && may.own && <LoadingRows />}
        {data?.length === 0 && (
          <Empty icon={IconBrandTelegram} title={words.empty} help={words.emptyHelp} action={addButton} />
        )}
        {data?.map((bot) => (
          <BotPanel
            key={bot.id}
            bot={bot}
            onChange={() => setAsked({ kind: 'change', bot })}
            onRemove={() => setAsked({ kind: 'remove', bot })}
            onLetIn={() => setAsked({ kind: 'letIn', bot })}
            onLetOut={(name) => setAsked({ kind: 'letOut', bot, name })}
          />
        ))}
        {data !== undefined && <WhatItCan />}
      </Stack>
      {(asked?.kind === 'add' || asked?.kind === 'change') && (
        <BotDialog
          bot={asked.kind === 'change' ? asked.bot : undefined}
          onClose={close}
          onSaved={() => {
            close()
            tellDone(words.saved)
            void afterwards.onSettled()
          }}
        />
      )}
      {asked?.kind === 'letIn' && (
        <LetInDialog
          bot={asked.bot.id}
          onClose={close}
          onMade={(code) => setAsked({ kind: 'code', ...code })}
        />
      )}
      {asked?.kind === 'code' && (
        <Secret
          title={words.codeTitle(asked.name)}
          help={words.codeHelp(format.time(asked.expiresAt))}
          secret={asked.url}
          onClose={() => {
            close()
            void afterwards.onSettled()
          }}
        />
      )}
      {asked?.kind === 'remove' && (
        <Confirm
          isOpen
          isDanger
          title={words.removeTitle(asked.bot.id)}
          action={words.remove}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate(asked.bot.id)}
          onClose={close}
        >
          {words.removeText}
        </Confirm>
      )}
      {asked?.kind === 'letOut' && (
        <Confirm
          isOpen
          isDanger
          title={words.letOutTitle(asked.name)}
          action={words.letOut}
          isBusy={letOut.isPending}
          onConfirm={() => letOut.mutate({ bot: asked.bot.id, name: asked.name })}
          onClose={close}
        >
          {words.letOutText}
        </Confirm>
      )}
    </Page>
  )
}

function WhatItCan() {
  const { telegram: words } = useSpoken().text
  return (
    <section>
      <Title order={2} mb="xs">
        {words.can}
      </Title>
      <Panel hasRows>
        {Object.entries(commands).map(([does, command]) => (
          <div key={does} className={styles.command}>
            <Code>{command}</Code>
            <Text size="sm">{words.commands[does as keyof typeof commands]}</Text>
          </div>
        ))}
        <Text size="sm" c="dimmed" className={styles.alerts}>
          {words.alerts}
        </Text>
      </Panel>
    </section>
  )
}
