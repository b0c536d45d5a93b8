import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Kbd, Modal, ScrollArea, Text, TextInput } from '@mantine/core'
import { IconArrowsTransferUpDown, IconPlus, IconSearch, type Icon } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { useText } from '../text/text.js'
import styles from './palette.module.css'
import { useSections } from './sections.js'
import { useMay } from './use-session.js'

type Command = { id: string; group: string; label: string; hint?: string; icon: Icon; run: () => void }

/** Everything that can be gone to or done, by typing some of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const text = useText()
  const navigate = useNavigate()
  const listId = useId()
  const options = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)

  const may = useMay()
  const places: Command[] = useSections().map(({ name, to, icon, letter }) => ({
    id: to,
    group: text.shell.goTo,
    label: text.shell.sections[name],
    hint: `g ${letter}`,
    icon,
    run: () => void navigate({ to }),
  }))
  const actions: Command[] = may.edit
    ? [
        {
          id: 'new',
          group: text.shell.actions,
          label: text.shell.newReminder,
          icon: IconPlus,
          run: () => void navigate({ to: '/reminders/new' }),
        },
      ]
    : []
  const files: Command = {
    id: 'files',
    group: text.shell.actions,
    label: text.shell.importExport,
    icon: IconArrowsTransferUpDown,
    run: () => void navigate({ to: '/import-export' }),
  }
  const commands = [...actions, ...places, files]
  const words = typed.toLocaleLowerCase().split(/\s+/)
  const found = commands.filter(({ label }) =>
    words.every((word) => label.toLocaleLowerCase().includes(word)),
  )
  const current = found[Math.min(chosen, found.length - 1)]

  function go(command: Command | undefined): void {
    if (command === undefined) return
    onClose()
    command.run()
  }

  /** The focus is in the field: nothing scrolls by itself. */
  function choose(index: number): void {
    setChosen(index)
    options.current?.children[index]?.scrollIntoView({ block: 'nearest' })
  }

  function onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && found.length > 0) {
      event.preventDefault()
      choose((chosen + step + found.length) % found.length)
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      go(current)
    }
  }

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="14vh"
      aria-label={text.shell.commandsShort}
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        role="combobox"
        aria-label={text.shell.commands}
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={current && `${listId}-${current.id}`}
        variant="unstyled"
        size="md"
        px="md"
        py="xs"
        leftSection={<IconSearch size={16} aria-hidden />}
        placeholder={text.shell.commands}
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value)
          choose(0)
        }}
        onKeyDown={onKey}
        data-autofocus
      />
      <ScrollArea.Autosize mah="46vh" className={styles.list}>
        <div ref={options} id={listId} role="listbox" aria-label={text.shell.commandsShort}>
          {found.map((command) => (
            <div
              key={command.id}
              id={`${listId}-${command.id}`}
              role="option"
              aria-selected={command === current}
              className={styles.option}
              onClick={() => go(command)}
              onPointerMove={() => setChosen(found.indexOf(command))}
            >
              <command.icon size={16} stroke={1.75} aria-hidden />
              <span className={styles.label}>{command.label}</span>
              {command.hint !== undefined && (
                <Kbd size="xs" visibleFrom="sm">
                  {command.hint}
                </Kbd>
              )}
            </div>
          ))}
        </div>
        {found.length === 0 && (
          <Text c="dimmed" p="md" role="status">
            {text.shell.noCommand}
          </Text>
        )}
      </ScrollArea.Autosize>
    </Modal>
  )
}
