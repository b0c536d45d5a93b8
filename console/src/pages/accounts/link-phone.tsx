import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import { Button, Group, Loader, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { IconCircleCheckFilled } from '@tabler/icons-react'
import { useEffect, useState, type FormEvent } from 'react'
import { failureText } from '../../parts/failure-panel.js'
import { sayIn } from '../../text/say.js'
import { useText } from '../../text/text.js'
import styles from './link-phone.module.css'
import { usePairing, type PairingRequest, type PairingState } from './use-pairing.js'

/** Links a phone: a code that renews itself, or one to type, and how it goes. */
export function LinkPhone({
  id,
  onLinked,
  onDone,
}: {
  id: string
  onLinked: () => void
  onDone: () => void
}) {
  const { common, linking } = useText()
  const [method, setMethod] = useState<'qr' | 'code'>('qr')
  const [phoneNumber, setPhoneNumber] = useState<string>()
  const [attempt, setAttempt] = useState(0)
  const request: PairingRequest | undefined =
    method === 'qr' ? { method } : phoneNumber === undefined ? undefined : { method, phoneNumber }
  const state = usePairing(id, request, attempt)
  const isLinked = state?.kind === 'over' && state.isLinked

  useEffect(() => {
    if (isLinked) onLinked()
  }, [isLinked])

  if (isLinked)
    return (
      <Stack align="center" py="xl" role="status">
        <IconCircleCheckFilled size={44} className={styles.done} aria-hidden />
        <Text fw={600} size="lg">
          {linking.linked}
        </Text>
        <Button onClick={onDone} data-autofocus>
          {common.done}
        </Button>
      </Stack>
    )
  return (
    <Stack>
      <SegmentedControl
        aria-label={linking.title(id)}
        value={method}
        onChange={(value) => {
          setMethod(value)
          setPhoneNumber(undefined)
        }}
        data={[
          { value: 'qr', label: linking.byQr },
          { value: 'code', label: linking.byCode },
        ]}
      />
      <div className={styles.columns}>
        <div className={styles.challenge}>
          {request === undefined ? (
            <PhoneForm onPhone={setPhoneNumber} />
          ) : (
            <Challenge id={id} state={state} onAgain={() => setAttempt(attempt + 1)} />
          )}
        </div>
        <div>
          <ol className={styles.steps}>
            {(method === 'qr' ? linking.steps : linking.codeSteps).map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {state?.kind === 'shown' && state.pairing.method === 'qr' && (
            <Text size="sm" c="dimmed" mt="md">
              {linking.renews}
            </Text>
          )}
        </div>
      </div>
    </Stack>
  )
}

function Challenge({
  id,
  state,
  onAgain,
}: {
  id: string
  state: PairingState | undefined
  onAgain: () => void
}) {
  const text = useText()
  const { linking } = text
  if (state === undefined || state.kind === 'asking') return <Asking />
  if (state.kind === 'shown') {
    if (state.pairing.method === 'code')
      return (
        <p className={styles.code} aria-live="polite">
          {state.challenge.slice(0, 4)}–{state.challenge.slice(4)}
        </p>
      )
    // Another code is another picture.
    const source = `/v1/accounts/${encodeURIComponent(id)}/pairing/qr.svg#${state.challenge.slice(-12)}`
    return (
      <img
        key={source}
        src={source}
        alt={linking.qrAlt}
        className={styles.qr}
        data-challenge={state.challenge}
      />
    )
  }
  const why =
    state.kind === 'refused'
      ? failureText(state.error, text)
      : state.detail === null
        ? linking.expired
        : sayIn(text, state.detail, state.said)
  return (
    <Stack gap="sm" role="alert">
      <Text fw={600}>{linking.failed}</Text>
      <Text size="sm">{why}</Text>
      <Group>
        <Button size="xs" onClick={onAgain}>
          {linking.again}
        </Button>
      </Group>
    </Stack>
  )
}

/** Longer than a worker takes where one runs. */
const longMs = 8_000

function Asking() {
  const { linking } = useText()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), longMs)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Stack align="center" gap="sm" role="status">
      <Loader size="sm" />
      <Text size="sm" c="dimmed" ta="center">
        {isLong ? linking.waitingLong : linking.waiting}
      </Text>
    </Stack>
  )
}

function PhoneForm({ onPhone }: { onPhone: (phone: string) => void }) {
  const { linking } = useText()
  const [phone, setPhone] = useState('')
  function submit(event: FormEvent): void {
    event.preventDefault()
    onPhone(phone.trim())
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <Stack>
        <TextInput
          type="tel"
          label={linking.phone}
          description={linking.phoneHelp}
          value={phone}
          onChange={({ currentTarget }) => setPhone(currentTarget.value)}
          autoComplete="tel"
          required
        />
        <Button type="submit" disabled={phone.trim() === ''}>
          {linking.getCode}
        </Button>
      </Stack>
    </form>
  )
}
