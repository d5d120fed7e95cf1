/** A flow to begin from. */
export interface StarterFlow {
  readonly id: string;
  /** what a button that begins from it says */
  readonly label: string;
  readonly text: string;
}

const steps = `summary: ""
description: ""

modules:
  # A parameter is filled by its name: from the inputs of the flow,
  # else from the result of the step before.
  - id: read
    summary: Take the sentence apart
    value:
      type: rawscript
      language: python3
      content: |
        def main(sentence: str) -> dict:
            return {"words": sentence.split()}

  - id: report
    summary: Say what was found
    value:
      type: rawscript
      language: python3
      content: |
        def main(words: list) -> str:
            longest = max(words, key=len, default="")
            return f"{len(words)} words, the longest is {longest!r}"
`;

const approval = `summary: Delete old files, after somebody agreed
description: ""

modules:
  - id: look
    summary: Find what is old
    value:
      type: rawscript
      language: python3
      content: |
        def main(older_than_days: int) -> dict:
            files = [f"report-{day}.pdf" for day in range(older_than_days, older_than_days + 3)]
            return {"files": files, "count": len(files)}

  # Nobody's worker waits meanwhile; whoever started the run may not answer.
  - id: agree
    summary: Ask before anything is gone
    value:
      type: approval
      message: |
        Delete {{ results.look.count }} files older than {{ flow_input.older_than_days }} days?
      timeout: 3600
      on_timeout: reject

  - id: each
    summary: One after the other
    value:
      type: forloopflow
      iterator:
        type: javascript
        expr: results.look.files
      modules:
        - id: delete
          value:
            type: rawscript
            language: bash
            content: |
              file="$1"
              echo "deleted $file"
            input_transforms:
              file:
                type: javascript
                expr: flow_input.iter.value
        # The code of a step can also lie in the workspace, for many flows:
        # value: {type: script, path: f/examples/hello}
    retry:
      constant:
        attempts: 2
        seconds: 5
`;

export const starterFlows: readonly StarterFlow[] = [
  { id: 'steps', label: 'New flow', text: steps },
  { id: 'approval', label: 'An example with an approval', text: approval },
];

/** The flow to begin from by its name; the plain one for any other. */
export const starterNamed = (id: string | null): string =>
  (starterFlows.find((starter) => starter.id === id) ?? starterFlows[0])?.text ?? steps;
