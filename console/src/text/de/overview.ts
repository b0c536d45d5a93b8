import type { Catalogue } from '../en/index.js'

export const overview: Catalogue['overview'] = {
  title: 'Übersicht',
  today: 'Heute',
  todayEmpty: 'Heute ist nichts fällig.',
  nextOn: (day) => `Als Nächstes: ${day}`,
  underWay: 'Wird gerade gesendet',
  attention: 'Braucht einen Blick',
  allWell: 'Alles in Ordnung.',
  notReached: (count, text, all) =>
    count === 1 ? `1 von ${all} hat es nicht erhalten` : `${text} von ${all} haben es nicht erhalten`,
  runMissed: 'Als sie fällig war, ließ sich nichts senden; sie ging gar nicht hinaus.',
  accounts: 'Konten',
  noAccounts: 'Noch ist kein Telefon verknüpft.',
  perHour: 'Gesendet pro Stunde',
  perHourEmpty: 'In den letzten 24 Stunden wurde nichts gesendet.',
  perHourSum: (all, most, at) => `${all} in 24 Stunden. Die meisten in einer davon: ${most}, ab ${at}.`,
  hour: 'Ab',
  sent: 'Nachrichten',
  messages: (count, text) => (count === 1 ? '1 Nachricht' : `${text} Nachrichten`),
  allAccounts: 'Alle Konten',
  asTable: 'Als Tabelle',
  asChart: 'Als Diagramm',
  scheduled: 'Kommt heute noch',
  running: 'Wird gesendet',
  done: 'Heute erledigt',
  nowLine: 'jetzt',
}

export const start: Catalogue['start'] = {
  title: 'Willkommen bei Carillon',
  lead: 'Vier Schritte, und Ihre erste Erinnerung ist unterwegs.',
  steps: { link: 'Telefon verknüpfen', write: 'Schreiben', check: 'Prüfen', done: 'Fertig' },
  linkLead:
    'Erinnerungen werden vom WhatsApp eines Telefons gesendet. Es bleibt Ihr Telefon: Carillon ist ein verknüpftes Gerät, wie WhatsApp Web.',
  linked: (id, groups) => `„${id}“ ist verknüpft, mit ${groups}.`,
  groupsComing: 'Seine Gruppen werden von WhatsApp gelesen …',
  writeIt: 'Schreiben Sie Ihre erste Erinnerung',
  later: 'Erst umsehen',
  step: (number, all) => `Schritt ${number} von ${all}`,
}
