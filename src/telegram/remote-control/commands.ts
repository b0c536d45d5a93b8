import type { CarillonClient } from '../../client/client.js'
import { CarillonError } from '../../client/errors.js'
import { parseDuration } from '../../domain/duration.js'
import { confirmationText, momentText } from '../../mcp/text.js'
import { previewText, remindersText, runsText } from './text.js'

type Asked = { client: CarillonClient; rest: string; requestId: string }

/** What is said, or the run that a message is to tell of. */
type Said = string | { runId: string }

type Command = { usage: string; does: string; act: (asked: Asked) => Promise<Said> }

/** Reminders of a list: what is read on a phone. */
const shown = 15

const isRun = (name: string): boolean => name.startsWith('run:')

/** The commands of the remote control, by name. */
export const commands: Record<string, Command> = {
  list: {
    usage: '/list',
    does: 'reminders that are to come',
    act: async ({ client }) =>
      remindersText(
        await client.reminders.list({ states: ['scheduled', 'running', 'paused'], limit: shown }),
        new Date(),
      ),
  },
  next: {
    usage: '/next',
    does: 'what fires next',
    act: async ({ client }) =>
      remindersText(await client.reminders.list({ sort: 'next', limit: shown }), new Date()),
  },
  runs: {
    usage: '/runs',
    does: 'the latest runs',
    act: async ({ client }) => runsText(await client.runs.list({ limit: shown }), new Date()),
  },
  preview: {
    usage: '/preview <key>',
    does: 'what a reminder sends, to whom and when',
    act: async ({ client, rest }) => {
      const key = required(rest, '/preview <key>')
      return previewText(await client.reminders.preview({}, { key, next: 3 }))
    },
  },
  pause: {
    usage: '/pause <key or run>',
    does: 'send nothing until it is resumed',
    act: async ({ client, rest, requestId }) => {
      const name = required(rest, '/pause <key or run>')
      return isRun(name)
        ? runText(name, await client.runs.pause(name, { requestId }))
        : reminderText(name, await client.reminders.pause(name, { requestId }))
    },
  },
  resume: {
    usage: '/resume <key or run>',
    does: 'go on',
    act: async ({ client, rest, requestId }) => {
      const name = required(rest, '/resume <key or run>')
      return isRun(name)
        ? runText(name, await client.runs.resume(name, { requestId }))
        : reminderText(name, await client.reminders.resume(name, { requestId }))
    },
  },
  cancel: {
    usage: '/cancel <key or run>',
    does: 'end it: what was not sent is not sent any more',
    act: async ({ client, rest, requestId }) => {
      const name = required(rest, '/cancel <key or run>')
      return isRun(name)
        ? runText(name, await client.runs.cancel(name, { requestId }))
        : reminderText(name, await client.reminders.cancel(name, { requestId }))
    },
  },
  snooze: {
    usage: '/snooze <key> <30m or a time>',
    does: 'put the next time off',
    act: async ({ client, rest, requestId }) => {
      const [, key, time] = /^(\S+)\s+([^]+)$/.exec(rest) ?? []
      if (key === undefined || time === undefined) throw usage('/snooze <key> <30m or a time>')
      const how = parseDuration(time.trim()) === undefined ? { until: time } : { by: time }
      const { nextFire, zone } = await client.reminders.snooze(key, { ...how, requestId })
      return `Reminder '${key}' fires next ${momentText(nextFire, zone)}.`
    },
  },
  progress: {
    usage: '/progress <key or run>',
    does: 'follow a run in one message',
    act: async ({ client, rest }) => {
      const name = required(rest, '/progress <key or run>')
      if (isRun(name)) return { runId: (await client.runs.progress(name)).run.id }
      const { runs } = await client.reminders.show(name)
      const [latest] = runs
      if (latest === undefined) return `Reminder '${name}' has had no run yet.`
      return { runId: latest.id }
    },
  },
}

export const helpText = Object.values(commands)
  .map(({ usage, does }) => `${usage} – ${does}`)
  .join('\n')

function required(rest: string, form: string): string {
  const [name, ...more] = rest.split(/\s+/).filter((word) => word !== '')
  if (name === undefined || more.length > 0) throw usage(form)
  return name
}

function usage(form: string): CarillonError {
  return new CarillonError('invalid', `Write it so: ${form}`)
}

type Confirmed = { state: { state: string }; confirmed: boolean; already?: boolean }

function reminderText(key: string, confirmation: Confirmed): string {
  return confirmationText(`Reminder '${key}'`, confirmation.state.state, confirmation)
}

function runText(runId: string, confirmation: Confirmed): string {
  return confirmationText(`Run ${runId}`, confirmation.state.state, confirmation)
}
