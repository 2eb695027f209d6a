import pytest

from assay.inspectors.workflows._expressions import Context, parse_expression
from assay.inspectors.workflows._origins import Origin, of_context, of_github


def origin(text: str, *triggers: str) -> Origin:
    context = parse_expression(text)
    assert isinstance(context, Context)
    return of_github(context.keys, triggers=set(triggers))


# The list of untrusted contexts in GitHub's documentation and in its Security Lab's articles.
@pytest.mark.parametrize(
    "text",
    [
        "github.event.issue.title",
        "github.event.issue.body",
        "github.event.pull_request.title",
        "github.event.pull_request.body",
        "github.event.comment.body",
        "github.event.review.body",
        "github.event.review_comment.body",
        "github.event.pages.*.page_name",
        "github.event.commits.*.message",
        "github.event.head_commit.message",
        "github.event.head_commit.author.email",
        "github.event.head_commit.author.name",
        "github.event.commits.*.author.email",
        "github.event.commits.*.author.name",
        "github.event.pull_request.head.ref",
        "github.event.pull_request.head.label",
        "github.event.pull_request.head.repo.default_branch",
        "github.event.discussion.title",
        "github.event.discussion.body",
        "github.event.workflow_run.head_branch",
        "github.event.workflow_run.display_title",
        "github.event.workflow_run.head_commit.message",
        "github.event.workflow_run.pull_requests[0].head.ref",
        "github.event.changes.title.from",
        "github.head_ref",
        "github.event",
        "github",
        "github.*",
        "github.event.*",
        "github.event.*.body",
        "github.event.pull_request",
        "github.event.pull_request.head",
        "github.event.commits",
    ],
)
def test_outsiders_choose(text):
    assert origin(text) is Origin.OUTSIDER


@pytest.mark.parametrize(
    "text",
    [
        "github.ref",
        "github.ref_name",
        "github.base_ref",
        "github.event.ref",
        "github.event.base_ref",
        "github.event.release.tag_name",
        "github.event.release.body",
        "github.event.label.name",
        "github.event.pull_request.labels.*.name",
        "github.event.pull_request.labels",
        "github.event.issue.milestone.title",
        "github.event.pull_request.base.ref",
        "github.event.repository.description",
        "github.event.repository.default_branch",
    ],
)
def test_writers_choose(text):
    assert origin(text) is Origin.WRITER


@pytest.mark.parametrize(
    "text",
    [
        "github.sha",
        "github.actor",
        "github.repository",
        "github.token",
        "github.run_id",
        "github.workflow",
        "github.event_name",
        "github.event.action",
        "github.event.number",
        "github.event.before",
        "github.event.issue.number",
        "github.event.issue.html_url",
        "github.event.issue.created_at",
        "github.event.comment.user.login",
        "github.event.pull_request.head.sha",
        "github.event.pull_request.merge_commit_sha",
        "github.event.pull_request.head.repo.full_name",
        "github.event.pull_request.head.repo.name",
        "github.event.pull_request.draft",
        "github.event.repository.name",
        "github.event.organization.login",
        "github.event.workflow_run.id",
        "github.event.workflow_run.conclusion",
        "github.event.workflow_run.head_sha",
    ],
)
def test_nobody_chooses_a_script(text):
    assert origin(text) is Origin.FIXED


def test_the_ref_of_a_pull_request_is_its_number():
    assert origin("github.ref_name", "pull_request") is Origin.FIXED
    assert origin("github.ref_name", "pull_request", "push") is Origin.WRITER
    assert origin("github.base_ref", "pull_request") is Origin.WRITER


def test_a_payload_of_a_caller():
    assert origin("github.event.client_payload.command") is Origin.CALLER


@pytest.mark.parametrize("text", ["github.event.unheard_of", "github.event.issue.unheard_of"])
def test_what_nobody_has_heard_of_is_computed(text):
    assert origin(text) is Origin.COMPUTED


def test_contexts_outside_of_the_event():
    assert of_context("secrets") is Origin.FIXED
    assert of_context("unheard_of") is Origin.COMPUTED
