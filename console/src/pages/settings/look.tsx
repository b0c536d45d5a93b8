import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import { SegmentedControl, Text, useMantineColorScheme } from '@mantine/core'
import { Panel } from '../../parts/panel.js'
import { viewerZone } from '../../parts/when.js'
import { clocks } from '../../text/format.js'
import { languages, useSpoken, type Language } from '../../text/text.js'
import { Row } from './row.js'
import { Section } from './section.js'

export function Look() {
  const { text, language, choose, clock, chooseClock } = useSpoken()
  const { settings } = text
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title={settings.look} lead={settings.lookHelp}>
      <Panel hasRows>
        <Row label={settings.language}>
          {(label) => (
            <SegmentedControl
              aria-labelledby={label}
              value={language}
              onChange={(value) => choose(value as Language)}
              data={Object.entries(languages).map(([value, name]) => ({ value, label: name }))}
            />
          )}
        </Row>
        <Row label={settings.theme}>
          {(label) => (
            <SegmentedControl
              aria-labelledby={label}
              value={colorScheme}
              onChange={setColorScheme}
              data={(['auto', 'light', 'dark'] as const).map((value) => ({
                value,
                label: settings.themes[value],
              }))}
            />
          )}
        </Row>
        <Row label={settings.clock}>
          {(label) => (
            <SegmentedControl
              aria-labelledby={label}
              value={clock}
              onChange={(value) => chooseClock(value)}
              data={clocks.map((value) => ({ value, label: settings.clocks[value] }))}
            />
          )}
        </Row>
        <Row label={settings.zone} help={settings.zoneHelp}>
          {() => <Text>{viewerZone}</Text>}
        </Row>
      </Panel>
    </Section>
  )
}
