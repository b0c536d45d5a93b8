import { Button, Text } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceDesktopCheck } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { listBrowsers, SignInRefused, signOutEverywhere } from '../../api/session.js'
import { keys } from '../../data/keys.js'
import { Confirm } from '../../parts/confirm.js'
import { FailurePanel, failureText } from '../../parts/failure-panel.js'
import { LoadingRows, Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { tellProblem } from '../../parts/tell.js'
import { useNow } from '../../parts/use-now.js'
import { useSpoken } from '../../text/text.js'
import { Section } from './section.js'
import styles from './settings.module.css'

/** Where one is signed in by the same token, and how all of that ends. */
export function Browsers() {
  const { text, format } = useSpoken()
  const { settings } = text
  const now = useNow()
  const [isAsked, setAsked] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: keys.browsers,
    queryFn: listBrowsers,
    staleTime: 0,
  })
  const leave = useMutation({
    mutationFn: signOutEverywhere,
    onError: (error) =>
      tellProblem(error instanceof SignInRefused ? failureText(error, text) : text.shell.notSignedOut, text),
  })
  return (
    <Section
      title={settings.browsers}
      lead={settings.browsersLead}
      action={
        <Button size="xs" variant="default" onClick={() => setAsked(true)}>
          {settings.signOutEverywhere}
        </Button>
      }
    >
      {data === undefined && error === null && <LoadingRows count={2} />}
      {data === undefined && error !== null && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <Panel hasRows>
          {data.map(({ signedInAt, seenAt, endsAt, isThis }, index) => (
            <div key={`${signedInAt.toISOString()}/${index}`} className={styles.row} data-browser>
              <StateMark
                tone={isThis ? 'ok' : 'wait'}
                icon={isThis ? IconDeviceDesktopCheck : IconDeviceDesktop}
              >
                {isThis ? settings.thisBrowser : settings.otherBrowser}
              </StateMark>
              <Text size="sm" c="dimmed">
                {settings.browserSince(format.moment(signedInAt))}
                {!isThis && ` · ${settings.browserSeen(format.relative(seenAt, now))}`}
                {` · ${settings.browserEnds(format.relative(endsAt, now))}`}
              </Text>
            </div>
          ))}
        </Panel>
      )}
      <Confirm
        isOpen={isAsked}
        isDanger
        title={settings.signOutEverywhereTitle}
        action={settings.signOutEverywhere}
        isBusy={leave.isPending}
        onConfirm={() => leave.mutate()}
        onClose={() => setAsked(false)}
      >
        {settings.signOutEverywhereHelp}
      </Confirm>
    </Section>
  )
}
