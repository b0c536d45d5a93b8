import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { allRoutes } from '../../../src/api/v1/routes/all.js'
import { commands } from '../../../src/cli/run-cli.js'

/** What the CLI does, and the routes that do it. Where one has what the other has not, the reason is here. */
const same: Record<string, string[]> = {
  'account add': ['addAccount'],
  'account set': ['setAccount'],
  'account show': ['showAccount'],
  'account list': ['listAccounts'],
  'account pair': ['startPairing', 'showPairing', 'pairingQrPng', 'pairingQrSvg'],
  'account pause': ['pauseAccount'],
  'account resume': ['resumeAccount'],
  'account unlink': ['unlinkAccount'],
  'account remove': ['previewRemoval', 'removeAccount'],
  'groups list': ['listGroups', 'showGroupsRead'],
  'groups refresh': ['refreshGroups'],
  // Of a file with many, too.
  'reminder create': ['createReminder', 'createReminders', 'previewReminders'],
  'reminder list': ['listReminders'],
  'reminder show': ['showReminder'],
  // It reads the list, and writes the file itself.
  'reminder export': [],
  'reminder edit': ['editReminder'],
  'reminder clone': ['cloneReminder'],
  'reminder snooze': ['snoozeReminder'],
  'reminder skip': ['skipOccurrence'],
  'reminder fire': ['fireReminder'],
  'reminder pause': ['pauseReminder'],
  'reminder resume': ['resumeReminder'],
  'reminder cancel': ['cancelReminder'],
  'reminder delete': ['deleteReminder'],
  'reminder history': ['reminderHistory'],
  // With a key, `--next` of what comes.
  preview: ['previewReminder', 'previewChange', 'upcomingFires'],
  calendar: ['listOccurrences'],
  'run list': ['listRuns'],
  'run show': ['showRun', 'listTargets'],
  'run watch': ['showProgress'],
  'run per-hour': ['showSentPerHour'],
  'run pause': ['pauseRun'],
  'run resume': ['resumeRun'],
  'run cancel': ['cancelRun'],
  'run retry-failed': ['retryFailed'],
  'media get': ['readMedia'],
  'media upload': ['uploadMedia'],
  'webhook add': ['addWebhook'],
  'webhook list': ['listWebhooks'],
  'webhook remove': ['removeWebhook'],
  'webhook enable': ['enableWebhook'],
  'webhook test': ['testWebhook'],
  'webhook deliveries': ['listDeliveries'],
  'webhook redeliver': ['redeliverWebhook'],
  'bot add': ['addBot'],
  'bot list': ['listBots'],
  'bot remove': ['removeBot'],
  'bot link': ['linkBotUser'],
  'bot unlink': ['unlinkBotUser'],
  'inbox list': ['listUpdates'],
  'inbox show': ['showUpdate'],
  'inbox redrive': ['redriveUpdate', 'redriveUpdates'],
  reconcile: ['reconcile'],
  'token create': ['createToken'],
  'token list': ['listTokens'],
  'token revoke': ['revokeToken'],
  'run receipt': ['showReceipt'],
  'audit list': ['listAudit'],
  'audit checkpoint': ['showChain'],
  // It reads the end of the chain, too, and so does the export.
  'audit verify': ['listReceipts', 'verifyChain'],
  'audit export': [],
  doctor: ['showSystem'],
}

const routesAlone: Record<string, string> = {
  listSends: 'a program may need the ids of messages; people read targets',
}
const commandsAlone: Record<string, string> = {
  'operator add': 'the engineer’s alone: no token is above an operator',
  'operator list': 'the same',
  'keys add': 'a key travels by no network, and is made where the file of the ring is',
  'keys list': 'the engineer’s alone: the ring is of all operators',
  'keys rotate': 'the same',
  'keys check': 'the same',
  mcp: 'over HTTP it is /mcp, which is no route under /v1',
  'sign-in-link': 'the same: it makes an owner of whoever opens it, without a token',
}

function namesOf(command: Command, before = ''): string[] {
  const name = `${before} ${command.name()}`.trim()
  return command.commands.length === 0 ? [name] : command.commands.flatMap((sub) => namesOf(sub, name))
}

const commandNames = commands(async () => undefined).flatMap((command) => namesOf(command))
const routeIds = allRoutes.map(({ id }) => id)

describe('the CLI and the API do the same', () => {
  test.each(commandNames)('carillon %s', (name) => {
    expect(Object.hasOwn(same, name) || Object.hasOwn(commandsAlone, name)).toBe(true)
  })

  test.each(routeIds)('the route %s', (id) => {
    const mapped = Object.values(same).flat()
    expect(mapped.includes(id) || Object.hasOwn(routesAlone, id)).toBe(true)
  })

  test('the table names nothing that is not there', () => {
    expect(Object.keys({ ...same, ...commandsAlone }).toSorted()).toEqual(commandNames.toSorted())
    expect([...Object.values(same).flat(), ...Object.keys(routesAlone)].toSorted()).toEqual(
      routeIds.toSorted(),
    )
  })
})
