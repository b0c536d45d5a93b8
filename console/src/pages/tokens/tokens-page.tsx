import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Checkbox.layer.css'
import { Button, Checkbox, Text } from '@mantine/core'
import { IconBan, IconClockX, IconCircleCheck, IconKey, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { TokenView } from '../../../../src/store/operators/tokens.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { Secret } from '../../parts/secret.js'
import { ShowMore } from '../../parts/show-more.js'
import { StateMark } from '../../parts/state-mark.js'
import { useNow } from '../../parts/use-now.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { NewToken } from './new-token.js'
import { RevokeDialog } from './revoke-dialog.js'
import styles from './tokens.module.css'

export function TokensPage() {
  const { text } = useSpoken()
  const { tokens } = text
  const may = useMay()
  const now = useNow()
  const queries = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<{ secret: string; help: string }>()
  const [showsOld, setShowsOld] = useState(false)
  const [revoked, setRevoked] = useState<TokenView>()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.tokens,
    queryFn: ({ pageParam }) => api.tokens.list(pageParam === '' ? {} : { cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    enabled: may.own,
  })
  const all = data?.pages.flatMap(({ items }) => items)
  const shown = all?.filter(({ isValid }) => isValid || showsOld)
  const hasOld = all?.some(({ isValid }) => !isValid) === true
  const addButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      {tokens.add}
    </Button>
  )
  return (
    <Page title={tokens.title} lead={tokens.lead} actions={all !== undefined && all.length > 0 && addButton}>
      {error !== null && all === undefined && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {all === undefined && error === null && may.own && <LoadingRows />}
      {all?.length === 0 && (
        <Empty icon={IconKey} title={tokens.empty} help={tokens.emptyHelp} action={addButton} />
      )}
      {(hasOld || hasNextPage) && (
        <Checkbox
          mb="sm"
          label={tokens.showOld}
          checked={showsOld}
          onChange={({ currentTarget }) => setShowsOld(currentTarget.checked)}
        />
      )}
      {shown !== undefined && all !== undefined && all.length > 0 && (
        <Panel hasRows>
          {shown.length === 0 && (
            <Text c="dimmed" className={styles.none}>
              {tokens.noneValid}
            </Text>
          )}
          {shown.map((token) => (
            <TokenRow key={token.id} token={token} now={now} onRevoke={() => setRevoked(token)} />
          ))}
        </Panel>
      )}
      <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      {isMaking && (
        <NewToken
          onClose={() => setMaking(false)}
          onMade={(secret, help) => {
            setMaking(false)
            setMade({ secret, help })
            void queries.invalidateQueries({ queryKey: keys.tokens })
          }}
        />
      )}
      {made && (
        <Secret
          title={tokens.secretTitle}
          help={made.help}
          secret={made.secret}
          onClose={() => setMade(undefined)}
        />
      )}
      {revoked && <RevokeDialog token={revoked} onClose={() => setRevoked(undefined)} />}
    </Page>
  )
}

function TokenRow({ token, now, onRevoke }: { token: TokenView; now: Date; onRevoke: () => void }) {
  const { text, format } = useSpoken()
  const { tokens } = text
  const { name, role, accounts, lastUsedAt, expiresAt, revokedAt, isValid } = token
  const look = isValid
    ? ({ tone: 'ok', icon: IconCircleCheck } as const)
    : ({ tone: 'quiet', icon: revokedAt === null ? IconClockX : IconBan } as const)
  return (
    <div className={styles.row} data-token={name}>
      <div className={styles.cell}>
        <Text fw={550} truncate>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {tokens.roles[role]} · {accounts === null ? tokens.everyAccount : format.list(accounts)}
        </Text>
      </div>
      <Text size="sm" c="dimmed">
        {lastUsedAt === null ? tokens.neverUsed : tokens.lastUsed(format.relative(lastUsedAt, now))}
        {isValid && expiresAt !== null && ` · ${tokens.until(format.relative(expiresAt, now))}`}
      </Text>
      <StateMark {...look}>
        {isValid ? tokens.valid : revokedAt === null ? tokens.expired : tokens.revoked}
      </StateMark>
      <div className={styles.action}>
        {isValid && (
          <Button size="xs" variant="default" onClick={onRevoke}>
            {tokens.revoke}
          </Button>
        )}
      </div>
    </div>
  )
}
