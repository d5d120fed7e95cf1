-- The YAML as its author typed it, with its comments; null: the definition came without one. Nothing runs from it.
ALTER TABLE "flow_version" ADD COLUMN "typed_text" TEXT;
