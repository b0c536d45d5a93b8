import { Alert, Button, Group, Select, Stack, TextInput, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'
import { DefinitionChangedError, InputError } from '../../../../src/client/errors.js'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { issueText } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Panel } from '../../parts/panel.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useSpoken } from '../../text/text.js'
import { AudienceFields } from './audience-fields.js'
import { ConflictDialog } from './conflict-dialog.js'
import { ContentFields } from './content-fields.js'
import {
  changesOfDraft,
  inputOfDraft,
  missingIn,
  touchedSections,
  type AudienceDraft,
  type PartDraft,
  type RulesDraft,
} from './draft.js'
import type { StoredDraft } from './draft-store.js'
import styles from './editor.module.css'
import { Forecast } from './forecast.js'
import { MessagePreview } from './message-preview.js'
import { RulesFields } from './rules-fields.js'
import { ScheduleFields } from './schedule-fields.js'
import type { ScheduleDraft } from './schedule.js'
import { useDraft } from './use-draft.js'
import { useDryRun } from './use-dry-run.js'

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
  const queries = useQueryClient()
  const { draft, original, digest, change, drop, restart, isResumed } = useDraft(place, fresh)
  const [isSaving, setSaving] = useState(false)
  const [refused, setRefused] = useState<InputError>()
  const [conflict, setConflict] = useState<DefinitionChangedError>()
  const dryRun = useDryRun(draft, original)
  const missing = missingIn(draft)
  // A second click comes before the page has drawn the first.
  const isBusy = useRef(false)

  const problem = refused ?? (dryRun.error instanceof InputError ? dryRun.error : undefined)
  const issues = useMemo(
    () => new Map((problem?.issues ?? []).map((issue) => [issue.field, issueText(issue, text)])),
    [problem, text],
  )
  const set = useCallback(
    (fields: Parameters<typeof change>[0]) => {
      setRefused(undefined)
      change(fields)
    },
    [change],
  )
  const onParts = useCallback(
    (changed: (parts: PartDraft[]) => PartDraft[]) => set(({ parts }) => ({ parts: changed(parts) })),
    [set],
  )
  const onAudience = useCallback((audience: AudienceDraft) => set({ audience }), [set])
  const onSchedule = useCallback((schedule: ScheduleDraft) => set({ schedule }), [set])
  const onRules = useCallback((rules: RulesDraft) => set({ rules }), [set])

  async function save(ifDigest = digest): Promise<void> {
    if (isBusy.current) return
    isBusy.current = true
    setSaving(true)
    try {
      if (original === undefined) {
        const { kind } = await api.reminders.create(inputOfDraft(draft))
        tellDone(kind === 'created' ? editor.saved : editor.wasThere)
      } else {
        const changes = changesOfDraft(draft, original)
        const isNothing = Object.keys(changes).length === 0
        if (!isNothing) await api.reminders.edit(draft.key, changes, { ...(ifDigest && { ifDigest }) })
        tellDone(isNothing ? editor.unchanged : editor.changed)
      }
      drop()
      void queries.invalidateQueries({ queryKey: keys.reminders })
      await navigate({ to: '/reminders/$key', params: { key: draft.key } })
    } catch (error) {
      if (error instanceof DefinitionChangedError) setConflict(error)
      else if (error instanceof InputError) setRefused(error)
      else tellFailure(error, text)
    } finally {
      isBusy.current = false
      setSaving(false)
    }
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
          <Button variant="default" onClick={() => history.back()}>
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
            <Button size="compact-sm" variant="default" onClick={() => restart(fresh())}>
              {editor.startOver}
            </Button>
          </Group>
        </Alert>
      )}
      <div className={styles.columns}>
        <Panel hasRows>
          <section className={styles.section}>
            <Title order={2}>{editor.sections.what}</Title>
            <ContentFields parts={draft.parts} issues={issues} onParts={onParts} />
          </section>
          <section className={styles.section}>
            <Title order={2}>{editor.sections.who}</Title>
            <Stack gap="sm">
              {accounts.length > 1 && (
                <Select
                  label={editor.from}
                  data={accounts.map(({ id }) => id)}
                  value={draft.account ?? null}
                  onChange={(account) => account !== null && set({ account })}
                  allowDeselect={false}
                  error={issues.get('account')}
                  maw={280}
                />
              )}
              <AudienceFields
                account={draft.account}
                audience={draft.audience}
                issue={issues.get('to')}
                onAudience={onAudience}
              />
            </Stack>
          </section>
          <section className={styles.section}>
            <Title order={2}>{editor.sections.when}</Title>
            <ScheduleFields schedule={draft.schedule} issues={issues} onSchedule={onSchedule} />
          </section>
          <details className={styles.section}>
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
          <MessagePreview parts={draft.parts} time={draft.schedule.time} />
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
          conflict={conflict}
          mine={touchedSections(draft, original)}
          isBusy={isSaving}
          onKeep={() => {
            setConflict(undefined)
            void save(conflict.digest)
          }}
          onTake={() => {
            setConflict(undefined)
            void latest?.().then(restart, (error: unknown) => tellFailure(error, text))
          }}
          onClose={() => setConflict(undefined)}
        />
      )}
    </Page>
  )
}
