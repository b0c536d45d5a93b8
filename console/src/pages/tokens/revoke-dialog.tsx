import { Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { TokenView } from '../../../../src/store/operators/tokens.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Confirm } from '../../parts/confirm.js'
import { tellFailure } from '../../parts/tell.js'
import { useNow } from '../../parts/use-now.js'
import { useSession } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'

/** What stops when the token is revoked, before it is. */
export function RevokeDialog({ token, onClose }: { token: TokenView; onClose: () => void }) {
  const { text, format } = useSpoken()
  const { tokens } = text
  const now = useNow()
  const session = useSession()
  const queries = useQueryClient()
  const revoke = useDeed({
    mutationFn: () => api.tokens.revoke(token.id),
    onSuccess: onClose,
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  })
  const { name, role, lastUsedAt } = token
  return (
    <Confirm
      isOpen
      isDanger
      title={tokens.revokeTitle(name)}
      action={tokens.revoke}
      isBusy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <Stack gap="xs">
        <Text>{role === 'calendar' ? tokens.revokeCalendar : tokens.revokeText}</Text>
        <Text c="dimmed">
          {lastUsedAt === null ? tokens.revokeUnused : tokens.revokeUsed(format.relative(lastUsedAt, now))}
        </Text>
        {name === session.name && <Text fw={550}>{tokens.revokeOwn}</Text>}
      </Stack>
    </Confirm>
  )
}
