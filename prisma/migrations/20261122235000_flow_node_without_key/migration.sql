-- Nodes go with their run, but no longer by a foreign key: its check cost each step of a flow a third of its commit, and
-- nodes are only ever written by the owner of a run, in a statement that holds the run's row in the queue.
ALTER TABLE flow_node DROP CONSTRAINT flow_node_run;

CREATE FUNCTION forget_flow_nodes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM flow_node WHERE flow_id = OLD.job_id;
  RETURN NULL;
END $$;

CREATE TRIGGER flow_run_gone AFTER DELETE ON flow_run FOR EACH ROW EXECUTE FUNCTION forget_flow_nodes();
