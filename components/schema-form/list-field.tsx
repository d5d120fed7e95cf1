'use client';

import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import type { JsonSchema, JsonValue } from '@/core/schema/model';
import { childPath, newItem } from './args';
import { FieldFrame } from './field-frame';
import { fieldKind } from './field-kind';
import { useFormContext } from './form-context';
import { SchemaField, type SchemaFieldProps } from './schema-field';

const text = {
  add: 'Add',
  full: (most: number) => `It takes at most ${most}.`,
  item: (name: string, position: number) => `${name} ${position}`,
  remove: (name: string, position: number) => `Remove ${name} ${position}`,
  up: (name: string, position: number) => `Move ${name} ${position} up`,
};

/** Any number of values of one kind. */
export function ListField({ item, ...props }: SchemaFieldProps & { item: JsonSchema }) {
  const { schema, value, onChange, path } = props;
  const { disabledReason } = useFormContext();
  const rows = useRef<HTMLDivElement>(null);
  const list = Array.isArray(value) ? value : [];
  const name = schema.title || props.name;
  const isBlock = ['object', 'variant', 'list', 'json', 'multiline'].includes(fieldKind(item).kind);
  const isFull = schema.maxItems !== undefined && list.length >= schema.maxItems;

  function replace(position: number, next: JsonValue | undefined) {
    onChange(list.with(position, next ?? newItem(item)));
  }
  function add() {
    onChange([...list, newItem(item)]);
    // The new row is there after React has drawn it.
    requestAnimationFrame(() => {
      const row = rows.current?.lastElementChild;
      row?.querySelector<HTMLElement>('input, textarea, button')?.focus();
    });
  }
  return (
    <FieldFrame {...props} isGroup>
      <div ref={rows} className="flex flex-col gap-1.5">
        {list.map((entry, position) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the values have no identity besides their place
            key={position}
            className={isBlock ? 'flex items-start gap-1 rounded-lg border border-line p-3' : 'flex items-start gap-1'}
          >
            <div className="flex min-w-0 flex-1 flex-col gap-4">
              <SchemaField
                name={text.item(name, position + 1)}
                schema={item}
                value={entry}
                onChange={(next) => replace(position, next)}
                isRequired
                path={childPath(path, position)}
                isItem
              />
            </div>
            {position > 0 ? (
              <IconButton
                label={text.up(name, position + 1)}
                icon={<ArrowUp />}
                disabledReason={disabledReason}
                onClick={() => onChange(moveUp(list, position))}
              />
            ) : null}
            <IconButton
              label={text.remove(name, position + 1)}
              icon={<Trash2 />}
              disabledReason={disabledReason}
              onClick={() => onChange(list.toSpliced(position, 1))}
            />
          </div>
        ))}
      </div>
      <Button
        size="sm"
        icon={<Plus />}
        onClick={add}
        disabledReason={disabledReason || (isFull && text.full(schema.maxItems ?? 0))}
        className="self-start"
      >
        {text.add}
      </Button>
    </FieldFrame>
  );
}

function moveUp(list: JsonValue[], position: number): JsonValue[] {
  const moved = list.slice(position, position + 1);
  return list.toSpliced(position, 1).toSpliced(position - 1, 0, ...moved);
}
