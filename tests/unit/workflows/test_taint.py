"""Values followed where the fixtures of template-injection do not reach."""

from assay.inspectors.workflows import template_injection
from assay.inspectors.workflows._expressions import parse_expression
from assay.inspectors.workflows._model import Kind, Workflow
from assay.inspectors.workflows._origins import Origin
from assay.inspectors.workflows._taint import Scope
from assay.source import yaml


def origins(text: str, expression: str, *, kind: Kind = Kind.WORKFLOW) -> set[Origin]:
    """Return the origins of `expression` in the last step, or in the last job where that has no steps."""
    data = text.encode()
    workflow = Workflow(kind=kind, data=data, documents=yaml.compose_all(data))
    job = workflow.jobs[-1] if workflow.jobs else None
    step = workflow.steps[-1] if workflow.steps else None
    scope = Scope(workflow=workflow, job=job, step=step)
    return {source.origin for source in scope.sources(parse_expression(expression))}


def in_job(job: str, expression: str) -> set[Origin]:
    return origins(f"on: pull_request\njobs:\n  a: {{{job}, steps: [{{id: s, run: x}}]}}\n", expression)


def test_a_job_that_needs_itself_stops():
    text = "on: push\njobs:\n  a: {outputs: {o: '${{ needs.a.outputs.o }}'}, steps: [{run: x}]}\n"
    assert origins(text, "needs.a.outputs.o") == {Origin.FIXED}


def test_an_output_of_a_called_workflow_is_computed():
    text = "on: push\njobs:\n  a: {uses: ./x.yml}\n  b: {needs: a, steps: [{run: x}]}\n"
    assert origins(text, "needs.a.outputs.o") == {Origin.COMPUTED}
    assert origins(text, "needs.nobody.outputs.o") == {Origin.COMPUTED}
    assert origins(text, "needs") == {Origin.COMPUTED}
    assert origins(text, "needs.b.outputs.absent") == {Origin.FIXED}


def test_a_variable_reads_variables_further_out_only():
    text = (
        "on: push\nenv: {A: '${{ github.head_ref }}', B: fixed}\njobs:\n  a:\n"
        "    env: {B: '${{ env.A }}'}\n    steps:\n      - {env: {B: '${{ env.B }}'}, run: x}\n"
    )
    assert origins(text, "env.B") == {Origin.OUTSIDER}
    assert origins(text.replace("B: '${{ env.A }}'", "C: x"), "env.B") == {Origin.FIXED}


def test_a_variable_of_the_same_level_is_not_read():
    text = (
        "on: push\njobs:\n  a:\n    steps:\n      - {env: {A: '${{ github.head_ref }}', B: '${{ env.A }}'}, run: x}\n"
    )
    assert origins(text, "env.B") == {Origin.COMPUTED}


def test_a_matrix_that_is_computed():
    assert in_job("strategy: {matrix: '${{ fromJSON(inputs.m) }}'}", "matrix.x") == {Origin.FIXED}
    assert in_job("strategy: {matrix: '${{ fromJSON(steps.s.outputs.m) }}'}", "matrix.x") == {Origin.COMPUTED}
    assert in_job("strategy: {matrix: {include: '${{ fromJSON(github.head_ref) }}'}}", "matrix.x") == {Origin.OUTSIDER}
    assert in_job("strategy: {matrix: {x: [1], include: [2]}}", "matrix") == {Origin.FIXED}
    assert in_job("name: n", "matrix.x") == {Origin.FIXED}
    assert origins("runs: {steps: [{run: x}]}", "matrix.x", kind=Kind.ACTION) == {Origin.FIXED}


def test_steps_of_which_more_is_asked_than_an_output():
    assert in_job("name: n", "steps.s") == {Origin.COMPUTED}
    assert in_job("name: n", "steps.s.conclusion") == {Origin.FIXED}
    assert in_job("name: n", "steps.s.outputs.digest") == {Origin.FIXED}
    assert in_job("name: n", "steps.absent.outputs.x") == {Origin.COMPUTED}


def test_outputs_of_an_action_are_followed_in_a_composite_action():
    text = "runs: {steps: [{id: f, uses: dorny/paths-filter@v3}, {run: x}]}"
    assert origins(text, "steps.f.outputs.src_files", kind=Kind.ACTION) == {Origin.OUTSIDER}
    assert origins(text, "steps.f.outputs.src", kind=Kind.ACTION) == {Origin.FIXED}


def test_inputs_by_type():
    text = "on: {workflow_call: {inputs: {a: {type: string}, b: {type: boolean}}}}\njobs: {a: {steps: [{run: x}]}}"
    assert origins(text, "inputs.a") == {Origin.CALLER}
    assert origins(text, "inputs.b") == {Origin.FIXED}
    assert origins(text, "inputs.undeclared") == {Origin.FIXED}
    assert origins(text, "inputs") == {Origin.CALLER}
    assert origins(text, "inputs.*") == {Origin.CALLER}
    assert origins(text, "github.event.inputs") == {Origin.CALLER}


def test_values_that_cannot_be_read_have_no_source():
    assert in_job("env: {A: '${{ a b }} ${{ github.actor }}'}", "env.A") == {Origin.FIXED}


def test_functions_give_what_they_are_given():
    assert in_job("name: n", "format('{0}', github.head_ref)") == {Origin.OUTSIDER}
    assert in_job("name: n", "join(github.event.commits.*.message)") == {Origin.OUTSIDER}
    assert in_job("name: n", "contains(github.head_ref, 'x')") == set()
    assert in_job("name: n", "case(github.head_ref, 'a', 'b')") == set()
    assert in_job("name: n", "case(true, 'a', github.head_ref)") == {Origin.OUTSIDER}
    assert in_job("name: n", "github.head_ref == 'x' && 'a'") == set()
    assert in_job("name: n", "true && github.head_ref || github.sha") == {Origin.OUTSIDER, Origin.FIXED}


def test_a_node_that_an_alias_brings_into_two_jobs_is_followed_in_each():
    text = """
on: pull_request
jobs:
  a:
    strategy: {matrix: {x: [fixed]}}
    env: &shared {V: "${{ matrix.x }}"}
    steps: [{run: "echo ${{ env.V }}"}]
  b:
    strategy: {matrix: {x: ["${{ github.head_ref }}"]}}
    env: *shared
    steps: [{run: "echo ${{ env.V }}"}]
"""
    data = text.encode()
    workflow = Workflow(kind=Kind.WORKFLOW, data=data, documents=yaml.compose_all(data))
    found = [match.anchor for match in template_injection.check(workflow)]
    assert found == ["jobs.b.steps[].run"]
