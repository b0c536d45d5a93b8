import { Button } from '@mantine/core'
import { useText } from '../text/text.js'

/** The next page of a list, for who asks for it; nothing where there is none. */
export function ShowMore({
  hasNextPage,
  isFetchingNextPage,
  fetchNextPage,
}: {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => Promise<unknown>
}) {
  const { common } = useText()
  if (!hasNextPage) return null
  return (
    <Button
      mt="sm"
      variant="default"
      size="xs"
      loading={isFetchingNextPage}
      onClick={() => void fetchNextPage()}
    >
      {common.showMore}
    </Button>
  )
}
