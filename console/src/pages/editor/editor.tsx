import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { Alert, Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { InputError } from '../../../../src/client/errors.js'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { issueText } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Panel } from '../../parts/panel.js'
import { tellFailure } from '../../parts/tell.js'
import { useSpoken } from '../../text/text.js'
import { AudienceFields } from './audience-fields.js'
import { ConflictDialog } from './conflict-dialog.js'
import { ContentFields } from './content-fields.js'
import { areStepsOwn, missingIn, touchedSections, type AudienceDraft, type RulesDraft } from './draft.js'
import { DraftPreview } from './draft-preview.js'
import type { StoredDraft } from './draft-store.js'
import styles from './editor.module.css'
import { Forecast } from './forecast.js'
import type { PartDraft } from './part-draft.js'
import { RulesFields } from './rules-fields.js'
import { ScheduleFields } from './schedule-fields.js'
import type { ScheduleDraft } from './schedule.js'
import type { StepDraft } from './steps.js'
import { useDraft } from './use-draft.js'
import { useDryRun } from './use-dry-run.js'
import { useSave } from './use-save.js'

/** Fields that are in a part which is closed at first. */
const ofRules = /^(window|deliverWithin|catchUp|ratePerMinute|priority|overlap|key)\b/

/** Writes a reminder or changes one, with what that will do beside it. */
export function Editor({
  place,
  fresh,
  latest,
  accounts,
}: {
  place: string
  /** What is begun from where nothing is kept of before. */
  fresh: () => StoredDraft
  /** Of an edit: the reminder as it is now. */
  latest?: () => Promise<StoredDraft>
  accounts: readonly AccountView[]
}) {
  const { text } = useSpoken()
  const { editor, common } = text
  const navigate = useNavigate()
  const router = useRouter()
  const drafting = useDraft(place, fresh)
  const { draft, original, change, restart, isResumed } = drafting
  const { save, isSaving, refused, forgetRefused, conflict, forgetConflict } = useSave(drafting, latest)
  const dryRun = useDryRun(draft, original)
  const missing = missingIn(draft)
  const hasAccount = accounts.some(({ id }) => id === draft.account)

  const problem = refused ?? (dryRun.error instanceof InputError ? dryRun.error : undefined)
  const issues = useMemo(
    () => new Map((problem?.issues ?? []).map((issue) => [issue.field, issueText(issue, text)])),
    [problem, text],
  )
  const set = useCallback(
    (fields: Parameters<typeof change>[0]) => {
      forgetRefused()
      change(fields)
    },
    [change],
  )
  const onParts = useCallback(
    (changed: (parts: PartDraft[]) => PartDraft[]) => set(({ parts }) => ({ parts: changed(parts) })),
    [set],
  )
  const onAudience = useCallback((audience: AudienceDraft) => set({ audience }), [set])
  // Fields are laid over what is there by then: what was drawn may be older.
  const onSchedule = useCallback(
    (fields: Partial<ScheduleDraft>) => set(({ schedule }) => ({ schedule: { ...schedule, ...fields } })),
    [set],
  )
  const onSteps = useCallback(
    (changed: (steps: StepDraft[]) => StepDraft[]) =>
      set(({ schedule }) => ({ schedule: { ...schedule, steps: changed(schedule.steps) } })),
    [set],
  )
  const onRules = useCallback(
    (fields: Partial<RulesDraft>) => set(({ rules }) => ({ rules: { ...rules, ...fields } })),
    [set],
  )
  // It was begun before there was one to send from.
  useEffect(() => {
    const { account } = fresh().draft
    if (draft.account === undefined && account !== undefined) change({ account })
  }, [draft.account, accounts, change])
  const [areRulesOpen, setRulesOpen] = useState(false)
  const isInRules = [...issues.keys()].some((field) => ofRules.test(field))
  // What is wrong is seen where it is.
  useEffect(() => {
    if (isInRules) setRulesOpen(true)
  }, [isInRules])

  /** To where one came from; who opened this very page came from nowhere. */
  function leave(): void {
    if (router.history.canGoBack()) router.history.back()
    else if (original === undefined) void navigate({ to: '/reminders' })
    else void navigate({ to: '/reminders/$key', params: { key: draft.key } })
  }

  const saveButton = (
    <Button loading={isSaving} disabled={missing.length > 0} onClick={() => void save()}>
      {original === undefined ? editor.create : editor.saveChanges}
    </Button>
  )
  return (
    <Page
      title={original === undefined ? editor.newTitle : editor.editTitle}
      lead={original && draft.key}
      actions={
        <>
          <Button variant="default" onClick={leave}>
            {common.cancel}
          </Button>
          {saveButton}
        </>
      }
      isWide
    >
      {isResumed && (
        <Alert color="gray" mb="md" p="xs">
          <Group justify="space-between">
            {editor.goOn}
            <Button size="compact-sm" variant="default" disabled={isSaving} onClick={() => restart(fresh())}>
              {editor.startOver}
            </Button>
          </Group>
        </Alert>
      )}
      <div className={styles.columns} aria-busy={isSaving}>
        {/* What is saved was written when it was pressed: what one writes meanwhile would be lost. */}
        <Panel hasRows isInert={isSaving}>
          <section className={styles.section}>
            <Title order={2}>{editor.sections.what}</Title>
            <ContentFields parts={draft.parts} issues={issues} onParts={onParts} />
            {areStepsOwn(draft) && (
              <Text size="sm" c="dimmed" mt="xs">
                {editor.stepsOwn}
              </Text>
            )}
          </section>
          <section className={styles.section}>
            <Title order={2}>{editor.sections.who}</Title>
            <Stack gap="sm">
              {(accounts.length > 1 || (accounts.length > 0 && !hasAccount)) && (
                <Select
                  label={editor.from}
                  data={accounts.map(({ id }) => id)}
                  value={hasAccount ? (draft.account ?? null) : null}
                  onChange={(account) => account !== null && set({ account })}
                  allowDeselect={false}
                  error={issues.get('account')}
                  maw={280}
                />
              )}
              <AudienceFields
                account={hasAccount ? draft.account : undefined}
                audience={draft.audience}
                issues={issues}
                onAudience={onAudience}
              />
            </Stack>
          </section>
          <section className={styles.section}>
            <Title order={2}>{editor.sections.when}</Title>
            <ScheduleFields
              schedule={draft.schedule}
              issues={issues}
              onSchedule={onSchedule}
              onSteps={onSteps}
            />
          </section>
          <details
            className={styles.section}
            open={areRulesOpen}
            onToggle={({ currentTarget }) => setRulesOpen(currentTarget.open)}
          >
            <summary className={styles.summary}>{editor.sections.rules}</summary>
            <Stack gap="md" mt="md">
              <RulesFields rules={draft.rules} issues={issues} onRules={onRules} />
              {original === undefined && (
                <TextInput
                  label={editor.key}
                  description={editor.keyHelp}
                  value={draft.key}
                  onChange={({ currentTarget }) => set({ key: currentTarget.value })}
                  error={issues.get('key')}
                  spellCheck={false}
                  maw={360}
                />
              )}
            </Stack>
          </details>
        </Panel>
        <aside className={styles.side}>
          <DraftPreview draft={draft} ruleTime={dryRun.data?.occurrences[0]?.local.slice(11, 16) ?? ''} />
          <Forecast
            preview={dryRun.data}
            missing={missing}
            error={refused ?? dryRun.error}
            isStale={dryRun.isStale}
          />
        </aside>
      </div>
      <div className={styles.bottom}>{saveButton}</div>
      {conflict && original && (
        <ConflictDialog
          reminderKey={draft.key}
          conflict={conflict}
          mine={touchedSections(draft, original)}
          isBusy={isSaving}
          onKeep={() => {
            forgetConflict()
            void save(conflict.digest)
          }}
          onTake={() => {
            forgetConflict()
            void latest?.().then(restart, (error: unknown) => tellFailure(error, text))
          }}
          onClose={forgetConflict}
        />
      )}
    </Page>
  )
}
