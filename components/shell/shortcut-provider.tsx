'use client';

import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { chosenKeys, noChosenKeys, onChosenKeys } from './chosen-keys';
import {
  candidatesFor,
  matchStroke,
  type Shortcut,
  type ShortcutId,
  shortcuts,
  strokeOf,
  withChosenKeys,
} from './shortcuts';

type Handler = () => void;
type Registry = { add: (id: ShortcutId, handler: Handler) => () => void };

const Context = createContext<Registry | null>(null);
const sequenceTimeoutMs = 1_200;
const storageKey = 'fantail-shortcuts';
const changed = 'fantail-shortcuts-changed';

/** Listens to the keyboard, once for the whole page. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const handlers = useRef(new Map<string, Handler[]>());
  const registry = useMemo<Registry>(
    () => ({
      add: (id, handler) => {
        handlers.current.set(id, [...(handlers.current.get(id) ?? []), handler]);
        return () => {
          handlers.current.set(
            id,
            (handlers.current.get(id) ?? []).filter((other) => other !== handler),
          );
        };
      },
    }),
    [],
  );
  useEffect(() => listen(handlers.current), []);
  return <Context value={registry}>{children}</Context>;
}

function listen(handlers: ReadonlyMap<string, Handler[]>): () => void {
  let pending: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  function onKeyDown(event: KeyboardEvent) {
    const stroke = event.defaultPrevented || event.repeat ? null : strokeOf(event);
    if (stroke === null) return;
    const isInText = isTextTarget(event.target);
    if (!stroke.startsWith('mod+') && isInOverlay(event.target)) return;
    // Only what the page handles now may take part: a key of another page must not swallow one of this page.
    const live = withChosenKeys(shortcuts, chosenKeys()).filter(({ id }) => (handlers.get(id)?.length ?? 0) > 0);
    const match = matchStroke(candidatesFor(live, { isInText, isOn: areShortcutsOn() }), pending, stroke);
    clearTimeout(timer);
    pending = match.pending;
    if (pending.length > 0) timer = setTimeout(() => (pending = []), sequenceTimeoutMs);
    if (match.id === null) return;
    event.preventDefault();
    handlers.get(match.id)?.at(-1)?.();
  }
  window.addEventListener('keydown', onKeyDown);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', onKeyDown);
  };
}

const notTyping = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit']);

function isTextTarget(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !notTyping.has(target.type);
  return target.isContentEditable || target.matches('textarea, select, [role="textbox"], [role="combobox"]');
}

/** A dialog, menu or list in front takes plain keys for itself. */
function isInOverlay(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null
  );
}

/**
 * Does something for a shortcut of the registry while the component is on the page. Of several components the one
 * that came last wins. Pass null while it cannot be used.
 */
export function useShortcut(id: ShortcutId, handler: Handler | null): void {
  const registry = use(Context);
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  const isUsable = handler !== null;
  useEffect(() => {
    if (isUsable) return registry?.add(id, () => latest.current?.());
  }, [registry, id, isUsable]);
}

/** The registry with the keys that the reader chose; changes with them. For what is part of the first HTML. */
export function useShortcuts(): readonly Shortcut[] {
  const chosen = useSyncExternalStore(onChosenKeys, chosenKeys, noChosenKeys);
  return useMemo(() => withChosenKeys(shortcuts, chosen), [chosen]);
}

/** Whether single-key shortcuts are on (WCAG 2.1.4 wants a switch), kept on this device. */
export function useShortcutSwitch(): [isOn: boolean, setOn: (isOn: boolean) => void] {
  const isOn = useSyncExternalStore(subscribe, areShortcutsOn, () => true);
  return [isOn, setShortcutsOn];
}

function areShortcutsOn(): boolean {
  return localStorage.getItem(storageKey) !== 'off';
}

function setShortcutsOn(isOn: boolean): void {
  localStorage.setItem(storageKey, isOn ? 'on' : 'off');
  window.dispatchEvent(new Event(changed));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(changed, listener);
    window.removeEventListener('storage', listener);
  };
}
