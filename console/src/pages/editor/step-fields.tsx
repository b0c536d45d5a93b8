import '@mantine/core/styles/ActionIcon.layer.css'
import { ActionIcon, Button, Select, Text, TextInput } from '@mantine/core'
import { IconMessagePlus, IconMessageX, IconPlus, IconTrash } from '@tabler/icons-react'
import { memo, useCallback } from 'react'
import { maxSteps } from '../../../../src/domain/calendar/calendar.js'
import { useSpoken } from '../../text/text.js'
import { ContentFields } from './content-fields.js'
import styles from './editor.module.css'
import { NumberField } from './number-field.js'
import { emptyPart, type PartDraft } from './part-draft.js'
import { isOfDays, newStep, stepSides, stepUnits, type StepDraft } from './steps.js'
import { useStepLabel } from './use-step-label.js'

type OnSteps = (changed: (steps: StepDraft[]) => StepDraft[]) => void

/** The times before and after a day, each with the messages of all or with its own. */
export function StepsFields({
  steps,
  time,
  issues,
  onSteps,
}: {
  steps: StepDraft[]
  /** Of the day that they are counted from. */
  time: string
  issues: ReadonlyMap<string, string>
  /** By the steps as they are then: an upload ends while somebody writes. */
  onSteps: OnSteps
}) {
  const { editor } = useSpoken().text
  return (
    <div role="group" aria-label={editor.steps}>
      <Text size="sm" fw={600} mb={4}>
        {editor.steps}
      </Text>
      {steps.map((step, index) => (
        <StepFields
          key={step.id}
          step={step}
          path={`steps[${index}]`}
          time={time}
          issues={issues}
          onSteps={onSteps}
        />
      ))}
      {issues.has('steps') && (
        <Text size="sm" c="red" role="alert">
          {issues.get('steps')}
        </Text>
      )}
      {steps.length < maxSteps && (
        <Button
          variant="default"
          size="xs"
          mt="xs"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => onSteps((all) => [...all, newStep()])}
        >
          {editor.addStep}
        </Button>
      )}
    </div>
  )
}

const StepFields = memo(function StepFields({
  step,
  path,
  time,
  issues,
  onSteps,
}: {
  step: StepDraft
  path: string
  time: string
  issues: ReadonlyMap<string, string>
  onSteps: OnSteps
}) {
  const { text, format } = useSpoken()
  const { editor } = text
  const label = useStepLabel()(step)
  const { id, side, count, unit, at, mixed, hasOwn, parts } = step
  const set = useCallback(
    (changed: (step: StepDraft) => Partial<StepDraft>): void =>
      onSteps((all) => all.map((one) => (one.id === id ? { ...one, ...changed(one) } : one))),
    [onSteps, id],
  )
  const onParts = useCallback(
    (changed: (parts: PartDraft[]) => PartDraft[]) => set((one) => ({ parts: changed(one.parts) })),
    [set],
  )
  const issue = issues.get(path) ?? issues.get(`${path}.offset`) ?? issues.get(`${path}.at`)
  return (
    <div className={styles.step} role="group" aria-label={label}>
      <div className={styles.stepRow}>
        <div className={styles.stepWhen}>
          {mixed === undefined ? (
            <>
              {side !== 'at' && (
                <>
                  <NumberField
                    aria-label={editor.interval}
                    value={count}
                    onChange={(value) => set(() => ({ count: value === '' ? '' : Number(value) }))}
                    min={1}
                    allowDecimal={false}
                    error={issue !== undefined}
                    w={76}
                  />
                  <Select
                    aria-label={editor.unit}
                    data={stepUnits.map((value) => ({ value, label: format.unit(value, Number(count)) }))}
                    value={unit}
                    onChange={(value) => value !== null && set(() => ({ unit: value }))}
                    allowDeselect={false}
                    w={120}
                  />
                </>
              )}
              <Select
                aria-label={editor.stepSide}
                data={stepSides.map((value) => ({ value, label: editor.stepSides[value] }))}
                value={side}
                onChange={(value) => value !== null && set(() => ({ side: value }))}
                allowDeselect={false}
                w={120}
              />
            </>
          ) : (
            <Text className={styles.mono ?? ''}>{mixed}</Text>
          )}
          {isOfDays(step) && (
            <TextInput
              type="time"
              aria-label={editor.time}
              value={at === '' ? time : at}
              onChange={({ currentTarget: { value } }) => set(() => ({ at: value === time ? '' : value }))}
            />
          )}
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={editor.exceptions.remove(label)}
          onClick={() => onSteps((all) => all.filter((one) => one.id !== id))}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </div>
      {issue !== undefined && (
        <Text size="sm" c="red" role="alert">
          {issue}
        </Text>
      )}
      <Button
        variant="subtle"
        mt={4}
        size="compact-sm"
        leftSection={
          hasOwn ? <IconMessageX size={15} aria-hidden /> : <IconMessagePlus size={15} aria-hidden />
        }
        onClick={() =>
          set((one) => ({
            hasOwn: !one.hasOwn,
            parts: one.parts.length > 0 ? one.parts : [emptyPart()],
          }))
        }
      >
        {hasOwn ? editor.stepShared : editor.stepOwn}
      </Button>
      {hasOwn && (
        <div className={styles.stepContent}>
          <ContentFields parts={parts} issues={issues} path={`${path}.`} onParts={onParts} />
        </div>
      )}
    </div>
  )
})
