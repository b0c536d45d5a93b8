import { z } from 'zod'
import { onlyGiven } from '../../api/v1/acting.js'
import { progressAnswer, runConfirmation, runDetailsAnswer, runsAnswer } from '../../api/v1/answers/runs.js'
import { listQuery, listQueryOf, ordering } from '../../api/v1/lists.js'
import { checked } from '../../api/v1/route.js'
import { printRun, printRuns, progressLine } from '../../cli/run/output.js'
import { needs } from '../../client/allowed.js'
import { requestInput } from '../../client/input/schema/requests.js'
import { runSorts, runStates, targetStates } from '../../domain/states.js'
import { keyField, runField } from '../fields.js'
import { confirmationText, pageText, printed } from '../text.js'
import { changes, destroys, reads, tool, type Tool } from '../tool.js'

const run = runField

export const runTools: Tool[] = [
  tool({
    name: 'list_runs',
    title: 'List runs',
    description:
      'Runs, the latest first where no other order is asked for: each is the sending of one occurrence of a reminder.',
    needs: needs.runs.list,
    annotations: reads,
    input: checked(
      listQuery(runStates)
        .strict()
        .extend({ ...ordering(runSorts), reminder: keyField.optional() }),
    ),
    answer: runsAnswer,
    act: async (client, { reminder, ...query }) =>
      await client.runs.list({ ...listQueryOf(query), ...(reminder !== undefined && { key: reminder }) }),
    text: ({ items, next }) =>
      items.length === 0
        ? 'There are no such runs: one begins when a reminder is due.'
        : pageText(
            printed((context) => printRuns(context, { items })),
            { next },
          ),
  }),
  tool({
    name: 'run_progress',
    title: "Read a run's progress",
    description:
      'How far a run is: its state, how many got it, how fast it is, when it will have ended and what it waits for.',
    needs: needs.runs.progress,
    annotations: reads,
    input: checked(z.strictObject({ run })),
    answer: progressAnswer,
    act: async (client, { run }) => await client.runs.progress(run),
    text: (progress) => `${progress.run.id}: ${progressLine(progress)}`,
  }),
  tool({
    name: 'show_run',
    title: 'Show a run',
    description: 'One run with its recipients: who got it, who did not, and why.',
    needs: needs.runs.show,
    annotations: reads,
    input: checked(listQuery(targetStates).strict().extend({ run })),
    answer: runDetailsAnswer,
    act: async (client, { run, ...query }) => await client.runs.show(run, listQueryOf(query)),
    text: ({ targets: { next, items }, ...details }) =>
      pageText(
        printed((context) => printRun(context, { ...details, targets: { items } })),
        { next },
      ),
  }),
  ...(
    [
      {
        verb: 'pause',
        title: 'Pause a run',
        description: 'Stops a run before its next message, until it is resumed.',
        annotations: changes,
      },
      {
        verb: 'resume',
        title: 'Resume a run',
        description: 'Lets a paused run go on with the first message that was not sent.',
        annotations: changes,
      },
      {
        verb: 'cancel',
        title: 'Cancel a run',
        description:
          'Ends a run for good: what was not sent is skipped. Its reminder goes on. Takes the exact id of the run. Ask the person first; pause_run can be taken back.',
        annotations: destroys,
      },
    ] as const
  ).map(({ verb, ...spec }) =>
    tool({
      ...spec,
      name: `${verb}_run`,
      needs: needs.runs[verb],
      input: checked(requestInput.extend({ run })),
      answer: runConfirmation,
      act: async (client, { run, ...options }) => await client.runs[verb](run, onlyGiven(options)),
      text: (confirmation) =>
        confirmationText(`Run '${confirmation.state.id}'`, confirmation.state.state, confirmation),
    }),
  ),
]
