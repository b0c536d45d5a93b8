import { Loader, Text, Title } from '@mantine/core'
import { useText } from '../text/text.js'
import styles from '../pages/sign-in/sign-in.module.css'

/** In place of everything, while nobody has said yet who is signed in. */
export function Away() {
  const { shell } = useText()
  return (
    <main className={styles.page}>
      <div className={styles.card} role="status">
        <img src="/bell.svg" alt="" width={36} height={36} />
        <Title order={1} mt="md" mb={4}>
          {shell.away}
        </Title>
        <Text c="dimmed">
          <Loader size={14} mr="xs" /> {shell.awayHelp}
        </Text>
      </div>
    </main>
  )
}
