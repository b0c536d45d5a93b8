import type { Catalogue } from '../en/index.js'

export const inbox: Catalogue['inbox'] = {
  title: 'Nicht bearbeitet',
  lead: 'Was jemand an einen Bot schrieb und was dieser auch nach vielen Versuchen nicht tun konnte.',
  empty: 'Nichts wurde aufgegeben',
  emptyHelp:
    'Was ein Bot nicht sofort tun kann, wird stundenlang wieder versucht. Was er dann aufgibt, steht hier.',
  columns: { when: 'Kam', bot: 'Bot', what: 'Was', state: 'Zustand' },
  kinds: { message: 'Eine Nachricht', callback_query: 'Ein Knopf wurde gedrückt' },
  update: (id) => `Update ${id}`,
  givenUp: 'Aufgegeben',
  attempts: (count) => (count === 1 ? '1 Versuch' : `${count} Versuche`),
  again: 'Noch einmal versuchen',
  againOf: (id) => `Noch einmal versuchen: Update ${id}`,
  all: 'Alle noch einmal versuchen',
  allTitle: 'Alle noch einmal versuchen?',
  allText:
    'Alles wird in der Reihenfolge getan, in der es kam, je Chat. Auch was vor langer Zeit verlangt wurde, geschieht jetzt.',
  done: 'Es wird noch einmal versucht.',
  already: 'Es wurde schon noch einmal versucht.',
  doneAll: (count, text) =>
    count === 1 ? '1 wird noch einmal versucht.' : `${text} werden noch einmal versucht.`,
  why: 'Warum',
  whyOf: (id) => `Warum Update ${id} aufgegeben wurde`,
  whyTitle: 'Warum es aufgegeben wurde',
  noWhy: 'Darüber ist nichts bekannt.',
  wrote: 'Was geschrieben wurde',
  sent: 'Was Telegram gesendet hat',
}
