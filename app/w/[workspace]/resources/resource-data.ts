'use client';

import { useQuery } from '@tanstack/react-query';
import { type ApiError, api, segment, tail } from '@/app/_client/api';
import type { ResourceRow, VariableRow } from '@/components/resource-editor/resource-table';
import type { ArgsSchema, JsonValue } from '@/core/schema/model';

const base = (workspaceId: string) => `/w/${segment(workspaceId)}`;

export function useResources(workspaceId: string) {
  return useQuery<ResourceRow[], ApiError>({
    queryKey: ['resources', workspaceId, 'list'],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/resources/list?per_page=1000`, undefined, signal),
  });
}

export function useVariables(workspaceId: string) {
  return useQuery<VariableRow[], ApiError>({
    queryKey: ['variables', workspaceId, 'list'],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/variables/list?per_page=1000`, undefined, signal),
  });
}

export interface TypeLine {
  /** `admins` for those that come with the product */
  readonly workspace_id: string;
  readonly name: string;
  readonly description: string;
  readonly schema: ArgsSchema;
}

export function useResourceTypes(workspaceId: string) {
  return useQuery<TypeLine[], ApiError>({
    queryKey: ['resources', workspaceId, 'types'],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/resources/type/list`, undefined, signal),
    staleTime: 60_000,
  });
}

/** A resource without its value. */
export function useResource(workspaceId: string, path: string | null) {
  return useQuery<ResourceRow, ApiError>({
    queryKey: ['resources', workspaceId, 'one', path],
    queryFn: ({ signal }) =>
      api('GET', `${base(workspaceId)}/resources/get_summary/${tail(path ?? '')}`, undefined, signal),
    enabled: path !== null,
    retry: (count, error) => error.status !== 404 && count < 2,
    gcTime: 0,
  });
}

/** A variable; a secret one without its value. */
export function useVariable(workspaceId: string, path: string | null) {
  return useQuery<VariableRow, ApiError>({
    queryKey: ['variables', workspaceId, 'one', path],
    queryFn: ({ signal }) =>
      api('GET', `${base(workspaceId)}/variables/get/${tail(path ?? '')}?decrypt_secret=false`, undefined, signal),
    enabled: path !== null,
    retry: (count, error) => error.status !== 404 && count < 2,
    gcTime: 0,
  });
}

export interface ResourceBody {
  readonly path: string;
  readonly resource_type: string;
  readonly description: string;
  /** absent: stays as it is */
  readonly value?: JsonValue;
}

export interface VariableBody {
  readonly path: string;
  readonly description: string;
  readonly is_secret: boolean;
  readonly value?: string;
}

export const resourceActions = {
  value: (workspaceId: string, path: string) =>
    api<JsonValue>('GET', `${base(workspaceId)}/resources/get_value/${tail(path)}`),
  create: (workspaceId: string, body: ResourceBody) =>
    api<string>('POST', `${base(workspaceId)}/resources/create`, body),
  update: (workspaceId: string, path: string, body: ResourceBody) =>
    api<string>('POST', `${base(workspaceId)}/resources/update/${tail(path)}`, body),
};

export const variableActions = {
  value: async (workspaceId: string, path: string) =>
    (await api<{ value?: string }>('GET', `${base(workspaceId)}/variables/get/${tail(path)}`)).value ?? '',
  create: (workspaceId: string, body: VariableBody) =>
    api<string>('POST', `${base(workspaceId)}/variables/create`, body),
  update: (workspaceId: string, path: string, body: VariableBody) =>
    api<string>('POST', `${base(workspaceId)}/variables/update/${tail(path)}`, body),
};

/** Whether a type comes with the product and is not declared by the workspace itself. */
export const isBuiltIn = (type: TypeLine): boolean => type.workspace_id === 'admins';

export interface TypeBody {
  readonly description: string;
  readonly schema: ArgsSchema;
}

export const typeActions = {
  create: (workspaceId: string, body: TypeBody & { readonly name: string }) =>
    api<string>('POST', `${base(workspaceId)}/resources/type/create`, body),
  update: (workspaceId: string, name: string, body: TypeBody) =>
    api<string>('POST', `${base(workspaceId)}/resources/type/update/${segment(name)}`, body),
  remove: (workspaceId: string, name: string) =>
    api<string>('DELETE', `${base(workspaceId)}/resources/type/delete/${segment(name)}`),
};

/** Addresses of the pages about resources and variables. */
export const resourceHrefs = (workspaceId: string) => {
  const root = `/w/${segment(workspaceId)}/resources`;
  return {
    list: root,
    variables: `${root}?tab=variables`,
    new: `${root}/new`,
    newOf: (type: string) => `${root}/new?type=${encodeURIComponent(type)}`,
    edit: (path: string) => `${root}/edit/${tail(path)}`,
    newVariable: `${root}/variables/new`,
    types: `${root}?tab=types`,
    newType: `${root}/types/new`,
    editType: (name: string) => `${root}/types/edit/${segment(name)}`,
    editVariable: (path: string) => `${root}/variables/edit/${tail(path)}`,
  };
};
