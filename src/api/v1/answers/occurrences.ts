import { z } from 'zod'
import { runStates } from '../../../domain/states.js'
import { count, instantText } from './values.js'

export const occurrencesAnswer = z
  .object({
    days: z
      .array(
        z.object({
          day: z.string(),
          count,
          troubled: count.meta({ description: 'Those that failed for some or all, or were missed.' }),
        }),
      )
      .meta({ description: 'Each day that has any, with all that it has, whatever is listed.' }),
    items: z
      .array(
        z.object({
          key: z.string(),
          occurrence: instantText.meta({
            description: 'The time that the calendar has: it names the occurrence.',
          }),
          at: instantText.meta({ description: 'When it is due, or was: another time where it was moved.' }),
          local: z.string().meta({
            description: "The same on the clock of the reminder's zone: `2026-11-24T09:00:00`.",
          }),
          state: z.enum(['scheduled', ...runStates]).meta({
            description: '`scheduled` is to come; else that of its run, or why it has none.',
          }),
          runId: z.string().optional().meta({ description: 'Where it was begun.' }),
        }),
      )
      .meta({ description: 'In the order of their local times.' }),
    reminders: z
      .array(
        z.object({
          key: z.string(),
          accountId: z.string(),
          zone: z.string(),
          words: z.string(),
          title: z.string().optional().meta({ description: 'The first line of what it says.' }),
        }),
      )
      .meta({ description: 'Of those that are listed.' }),
    next: z.string().optional().meta({ description: 'The `cursor` of the next page. Missing on the last.' }),
  })
  .meta({ id: 'Occurrences' })
