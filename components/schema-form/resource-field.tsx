'use client';

import { AppLink } from '@/components/ui/app-link';
import { Combobox } from '@/components/ui/combobox';
import { isObject } from './args';
import { FieldFrame } from './field-frame';
import { useFormContext } from './form-context';
import { JsonSchemaField } from './json-field';
import type { SchemaFieldProps } from './schema-field';

const text = {
  choose: (type: string) => (type === '' ? 'Choose a resource…' : `Choose a resource of type ${type}…`),
  none: (type: string) => `There is no resource ${type === '' ? '' : `of type ${type} `}that you may use.`,
  create: (type: string) => (type === '' ? 'Create a resource' : `Create a resource of type ${type}`),
};

/** A connection, picked by path and sent as '$res:path'. A value typed as an object stays one. */
export function ResourceField({ resourceType, ...props }: SchemaFieldProps & { resourceType: string }) {
  const { value, onChange } = props;
  const { resources, newResourceHref } = useFormContext();
  const isAny = resourceType === '' || resourceType === 'any';
  const options = resources
    .filter((resource) => isAny || resource.resourceType === resourceType)
    .map((resource) => ({
      value: `$res:${resource.path}`,
      label: resource.path,
      description: [isAny ? resource.resourceType : '', resource.description ?? ''].filter(Boolean).join(' · '),
    }));
  const href = newResourceHref?.(resourceType);
  if (isObject(value)) return <JsonSchemaField {...props} />;
  const path = typeof value === 'string' ? value : null;
  const known = path === null || options.some((option) => option.value === path);
  return (
    <FieldFrame {...props}>
      <Combobox
        options={known || path === null ? options : [{ value: path, label: path.replace(/^\$res:/, '') }, ...options]}
        value={path}
        onChange={onChange}
        placeholder={text.choose(isAny ? '' : resourceType)}
        emptyText={text.none(isAny ? '' : resourceType)}
        footer={
          href ? (
            <AppLink
              href={href}
              className="flex min-h-7 items-center rounded-sm px-1.5 text-accent hover:bg-hover coarse:min-h-11"
            >
              {text.create(isAny ? '' : resourceType)}
            </AppLink>
          ) : null
        }
      />
    </FieldFrame>
  );
}
