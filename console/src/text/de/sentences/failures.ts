import type { failureSentences } from '../../../../../src/domain/sentences/failures.js'
import type { TextsOf } from '../../sentence-texts.js'

const banned =
  'WhatsApp hat diese Nummer eine Weile gesperrt. Danach geht es von selbst weiter; verknüpfen Sie sie inzwischen nicht neu, und senden Sie weniger, an Personen, die diese Nummer kennen.'
const again = 'Es wird von selbst wieder versucht.'

export const failures: TextsOf<typeof failureSentences> = {
  ConnectionLost: `Die Verbindung zu WhatsApp ist abgebrochen. ${again}`,
  AckTimedOut:
    'WhatsApp hat die Nachricht nicht rechtzeitig bestätigt. Sie wird unter derselben Kennung noch einmal gesendet.',
  ServerRefusedForNow: `WhatsApp konnte die Nachricht gerade nicht annehmen. ${again}`,
  UnknownRefusal:
    'WhatsApp hat die Verbindung mit einem Code abgelehnt, den Carillon nicht kennt. Es wird von selbst wieder versucht, jedes Mal später; bleibt es so, aktualisieren Sie Carillon.',
  GroupAddressingChanged:
    'WhatsApp spricht die Mitglieder dieser Gruppe anders an als bisher. Die Gruppe wird neu gelesen und die Nachricht noch einmal gesendet, ein paar Mal; hilft das nicht, senden Sie später noch einmal an die Gescheiterten.',
  MessageFormRefused:
    'WhatsApp hat die Form dieser Nachricht abgelehnt. Sie wird ein paar Mal noch einmal gesendet; hilft das nicht, senden Sie später noch einmal an die Gescheiterten, und aktualisieren Sie Carillon.',
  RefusedForUnknownReason:
    'WhatsApp hat diese Nachricht aus einem Grund abgelehnt, den Carillon nicht kennt. Sie wird ein paar Mal noch einmal gesendet, jedes Mal später; hilft das nicht, aktualisieren Sie Carillon.',
  UploadFailed: `WhatsApp hat das Bild nicht angenommen. ${again}`,
  ProxyUnreachable: `Der Proxy dieses Kontos ist nicht erreichbar. Starten Sie ihn, oder setzen Sie einen anderen. ${again}`,
  ProxyRefused: `Der Proxy dieses Kontos hat die Verbindung abgelehnt. Prüfen Sie seinen Namen, sein Passwort und ob er WhatsApp durchlässt, oder setzen Sie einen anderen. ${again}`,
  DatabaseLost:
    'Ein Worker hat seine Verbindung zu Postgres verloren. Ein anderer übernimmt, oder es geht weiter, wenn sie wieder da ist.',
  AccountLimited:
    'WhatsApp sagt, dass dieses Konto zu schnell sendet. Die Sendungen warten; verringern Sie das Tempo des Kontos, wenn das wiederkommt.',
  AccountTimeLocked:
    'WhatsApp lässt dieses Konto eine Weile nichts senden. Die Sendungen warten, bis das endet; senden Sie inzwischen auch nicht vom Telefon.',
  NewChatsLocked:
    'WhatsApp lässt dieses Konto eine Weile keine neuen Chats beginnen (463). Nachrichten an Personen warten so lange, die an Gruppen gehen weiter; beginnen Sie inzwischen auch am Telefon keine Chats.',
  NewChatsCapped:
    'Dieses Konto hat so viele neue Chats begonnen, wie WhatsApp zurzeit erlaubt (475). Nachrichten an Personen warten so lange, die an Gruppen gehen weiter.',
  AccountReplaced:
    'Ein anderes Programm hat dieses verknüpfte Gerät übernommen. Beenden Sie es: Carillon versucht es von selbst wieder, jedes Mal später, oder sofort, wenn Sie neu verknüpfen.',
  AccountLoggedOut: 'WhatsApp hat dieses Gerät entfernt. Verknüpfen Sie das Telefon neu.',
  AccountTemporarilyBanned: banned,
  ClientOutdated:
    'WhatsApp nimmt diese Version nicht mehr an. Aktualisieren Sie Carillon. Es wird von selbst wieder versucht, zuerst nach einer Stunde.',
  AccountBanned:
    'WhatsApp lehnt dieses Konto ab. Öffnen Sie WhatsApp auf dem Telefon, um zu sehen, warum, bevor Sie es neu verknüpfen.',
  PairingExpired:
    'Niemand hat den Code rechtzeitig benutzt. Lassen Sie sich einen neuen zeigen. Sagte das Telefon, dass es das Gerät nicht verknüpfen konnte, ist dieses Carillon vielleicht zu alt.',
  PairingRefused:
    'WhatsApp hat das neue Gerät nicht angenommen. Sehen Sie, was das Telefon sagt, warten Sie eine Weile, und verknüpfen Sie es dann neu.',
  PasskeyAsked:
    'WhatsApp verlangt vom Telefon einen Passkey, bevor es ein Gerät verknüpft, und das kann kein Gerät wie Carillon beantworten. In docs/whatsapp.md steht, was Sie tun können.',
  PairedOtherNumber:
    'Das Telefon hat eine andere Nummer als die, mit der dieses Konto verknüpft war, und wurde wieder getrennt. Nehmen Sie das richtige Telefon.',
  KeysUnreadable:
    'Woran WhatsApp dieses Gerät erkennt, wurde unter einem anderen Schlüssel gespeichert. Wer Carillon betreibt, muss diesen Schlüssel wieder einsetzen; ist er verloren, verknüpfen Sie das Telefon neu.',
  NotInGroup: 'Das Konto ist nicht in dieser Gruppe. Nehmen Sie es auf, und senden Sie noch einmal.',
  GroupGone: 'WhatsApp sagt, dass es diese Gruppe nicht mehr gibt. Nehmen Sie sie aus der Erinnerung.',
  SamePerson: 'Ein anderer Empfänger dieser Sendung ist dieselbe Person und bekommt die Nachricht.',
  NotAllowedToPost:
    'Das Konto darf in dieser Gruppe nicht schreiben: Nur Admins dürfen es, oder es ist eine Community, oder WhatsApp hat sie gesperrt. Machen Sie das Konto zum Admin, oder schreiben Sie an die Ankündigungsgruppe.',
  NotOnWhatsApp: 'Dieser Empfänger ist nicht bei WhatsApp. Prüfen Sie die Nummer.',
  ContactRefused:
    'WhatsApp nimmt von diesem Konto keine Nachricht an diese Person an, die ihm noch nicht geschrieben hat. Bitten Sie sie, zuerst zu schreiben, und senden Sie dann noch einmal an die Gescheiterten.',
  NoUsableKeys:
    'WhatsApp hat von keinem Gerät dieses Empfängers brauchbare Schlüssel; gesendet wurde nichts. Senden Sie noch einmal an die Gescheiterten; kommt es wieder, muss der Empfänger WhatsApp öffnen oder aktualisieren.',
  EncryptionFailed:
    'Die Nachricht konnte hier nicht verschlüsselt werden; gesendet wurde nichts. Senden Sie noch einmal an die Gescheiterten; kommt es wieder, verknüpfen Sie das Telefon neu.',
  BadMedia:
    'WhatsApp konnte dieses Bild nicht verwenden. Prüfen Sie die Datei, und legen Sie die Erinnerung neu an.',
  RefusedByServer: 'WhatsApp hat diese Nachricht endgültig abgelehnt.',
  Fenced: 'Dieses Konto oder diese Sendung gehört jetzt einem anderen Prozess; dieser hat aufgehört.',
  neverLinked: 'Mit diesem Konto ist noch kein Telefon verknüpft. Verknüpfen Sie eines.',
  pairingRefused400:
    'WhatsApp hat keine Anfrage nach einem Code für diese Nummer angenommen. Prüfen Sie die Nummer, warten Sie einige Minuten, oder nehmen Sie den QR-Code.',
  pairingRefused401:
    'WhatsApp hat das neue Gerät gleich wieder entfernt. Sehen Sie, was das Telefon sagt, warten Sie eine Weile, und versuchen Sie es wieder.',
  pairingRefused403: 'WhatsApp gibt für dieses Konto keinen Code. Nehmen Sie den QR-Code.',
  pairingRefused411:
    'WhatsApp auf dem Telefon ist zu alt für verknüpfte Geräte. Aktualisieren Sie es, und versuchen Sie es wieder.',
  pairingRefused429:
    'Es wurden zu viele Codes verlangt. Warten Sie einige Stunden, oder nehmen Sie den QR-Code.',
  pairingRefused516:
    'WhatsApp hat das neue Gerät nicht angenommen. Warten Sie einen Tag, und versuchen Sie es wieder.',
  banned101: `${banned} Der Grund: viele Nachrichten an Personen, die diese Nummer nicht in ihren Kontakten haben.`,
  banned102: `${banned} Der Grund: Viele Personen haben diese Nummer blockiert.`,
  banned103: `${banned} Der Grund: Gruppen mit Personen, die diese Nummer nicht in ihren Kontakten haben.`,
  banned104: `${banned} Der Grund: dieselbe Nachricht an sehr viele Personen.`,
  banned106: `${banned} Der Grund: viele Nachrichten an eine Broadcast-Liste.`,
  withCode: ({ advice, code }, { say }) => `${say(advice)} (Code von WhatsApp: ${code})`,
  proxyUnreachable: ({ place, code }) =>
    `Der Proxy ${place} ist nicht erreichbar. Starten Sie ihn, oder setzen Sie einen anderen. ${again}${code === undefined ? '' : ` (Code des Proxys: ${code})`}`,
  proxyRefused: ({ place, code }) =>
    `Der Proxy ${place} hat die Verbindung abgelehnt. Prüfen Sie seinen Namen, sein Passwort und ob er WhatsApp durchlässt, oder setzen Sie einen anderen. ${again}${code === undefined ? '' : ` (Code des Proxys: ${code})`}`,
}
