import { Button } from '@/components/ui/button';

interface Props {
  edit: string;
  remove: string;
  onEdit: () => void;
  onRemove: () => void;
}

/** What can be done with a row of a settings list. */
export function EditAndRemove({ edit, remove, onEdit, onRemove }: Props) {
  return (
    <span className="flex justify-end gap-1.5">
      <Button size="sm" onClick={onEdit}>
        {edit}
      </Button>
      <Button size="sm" onClick={onRemove}>
        {remove}
      </Button>
    </span>
  );
}
