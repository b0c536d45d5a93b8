import '@mantine/core/styles/ActionIcon.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { ActionIcon, Button, Menu, Stack, Text, Title } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconDots,
  IconPlus,
  IconPower,
  IconSend,
  IconTrash,
  IconWebhook,
} from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { webhookTypes } from '../../../../src/domain/webhooks.js'
import type { EndpointView } from '../../../../src/store/webhooks/webhooks.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Confirm } from '../../parts/confirm.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { Secret } from '../../parts/secret.js'
import { StateMark } from '../../parts/state-mark.js'
import { tellDone, tellFailure, tellProblem } from '../../parts/tell.js'
import { useNow } from '../../parts/use-now.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { answerWords, failureWords } from './answer-words.js'
import { Deliveries } from './deliveries.js'
import { NewWebhook } from './new-webhook.js'
import styles from './webhooks.module.css'

export function WebhooksPage() {
  const { text } = useSpoken()
  const { webhooks } = text
  const may = useMay()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [secret, setSecret] = useState<string>()
  const [removed, setRemoved] = useState<EndpointView>()
  const { data, error, refetch } = useQuery({
    queryKey: keys.webhooks,
    queryFn: () => api.webhooks.list(),
    enabled: may.own,
  })
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.webhooks })
  const remove = useDeed({
    mutationFn: (endpoint: EndpointView) => api.webhooks.remove(endpoint.id),
    onSuccess: () => setRemoved(undefined),
    onError: (problem) => tellFailure(problem, text),
    onSettled: again,
  })
  const addButton = may.own && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {webhooks.add}
    </Button>
  )
  return (
    <Page
      title={webhooks.title}
      lead={webhooks.lead}
      actions={data !== undefined && data.length > 0 && addButton}
    >
      {error !== null && data === undefined && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <LoadingRows />}
      {data?.length === 0 && (
        <Empty icon={IconWebhook} title={webhooks.empty} help={webhooks.emptyHelp} action={addButton} />
      )}
      {data !== undefined && data.length > 0 && (
        <Stack gap="xl">
          <Panel hasRows>
            {data.map((endpoint) => (
              <EndpointRow
                key={endpoint.id}
                endpoint={endpoint}
                onChanged={() => void again()}
                onRemove={() => setRemoved(endpoint)}
              />
            ))}
          </Panel>
          <section>
            <Title order={2} mb="xs">
              {webhooks.deliveries}
            </Title>
            <Deliveries endpoints={data} />
          </section>
        </Stack>
      )}
      {isAdding && (
        <NewWebhook
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setAdding(false)
            setSecret(made)
            void again()
          }}
        />
      )}
      {secret !== undefined && (
        <Secret
          title={webhooks.secretTitle}
          help={webhooks.secretHelp}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
      {removed && (
        <Confirm
          isOpen
          isDanger
          title={webhooks.removeTitle}
          action={webhooks.remove}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate(removed)}
          onClose={() => setRemoved(undefined)}
        >
          {webhooks.removeText(removed.url)}
        </Confirm>
      )}
    </Page>
  )
}

function EndpointRow({
  endpoint,
  onChanged,
  onRemove,
}: {
  endpoint: EndpointView
  onChanged: () => void
  onRemove: () => void
}) {
  const { text, format } = useSpoken()
  const { webhooks, common } = text
  const may = useMay()
  const now = useNow()
  const { id, url, types, disabledAt, failures, lastFailure, waiting, nextTryAt } = endpoint
  const test = useDeed({
    mutationFn: (_asked: void, requestId) => api.webhooks.test(id, { requestId }),
    onSuccess: (delivery) => {
      if (delivery.state === 'delivered') tellDone(webhooks.testOk(String(delivery.lastStatus)))
      else if (delivery.attempts === 0) tellDone(webhooks.testWaits)
      else tellProblem(webhooks.testFailed(answerWords(delivery, webhooks)), text)
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: onChanged,
  })
  const enable = useDeed({
    mutationFn: () => api.webhooks.enable(id),
    onError: (problem) => tellFailure(problem, text),
    onSettled: onChanged,
  })
  const state =
    disabledAt !== null
      ? ({ tone: 'wait', icon: IconPower, word: webhooks.disabled } as const)
      : failures > 0
        ? ({ tone: 'bad', icon: IconAlertTriangle, word: webhooks.failing } as const)
        : ({ tone: 'ok', icon: IconCircleCheckFilled, word: webhooks.active } as const)
  return (
    <div className={styles.row}>
      <div className={styles.cell}>
        <Text fw={550} className={styles.url}>
          {url}
        </Text>
        <Text size="sm" c="dimmed">
          {types.length === webhookTypes.length
            ? webhooks.everything
            : types.map((type) => webhooks.typeNames[type]).join(' · ')}
        </Text>
      </div>
      <div className={styles.cell}>
        <StateMark tone={state.tone} icon={state.icon}>
          {state.word}
        </StateMark>
        <Text size="sm" c="dimmed">
          {[
            disabledAt !== null ? webhooks.disabledHelp : failureWords(lastFailure, webhooks),
            disabledAt === null && failures > 0 ? webhooks.failingHelp : '',
            nextTryAt === null ? '' : `${webhooks.nextTry(format.relative(nextTryAt, now))}.`,
            waiting > 0 ? `${webhooks.waiting(waiting, format.number(waiting))}.` : '',
          ]
            .filter((one) => one !== '')
            .join(' ')}
        </Text>
      </div>
      {may.own && (
        <div className={styles.actions}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconSend size={14} aria-hidden />}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            {webhooks.test}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={common.moreOf(url)}>
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {disabledAt !== null && (
                <Menu.Item leftSection={<IconPower size={16} aria-hidden />} onClick={() => enable.mutate()}>
                  {webhooks.enable}
                </Menu.Item>
              )}
              <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
                {webhooks.remove}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
    </div>
  )
}
