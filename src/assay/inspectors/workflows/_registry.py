"""Every rule of the family, by module."""

from types import MappingProxyType

from assay.inspectors.workflows import (
    curl_pipe_shell,
    dangerous_trigger,
    excessive_permissions,
    hardcoded_container_credentials,
    insecure_commands,
    missing_concurrency,
    missing_timeout,
    persisted_credentials,
    secrets_inherit,
    self_hosted_on_pull_request,
    syntax,
    template_injection,
    unpinned_action,
    unsound_condition,
)

MODULES = (
    syntax,
    unpinned_action,
    excessive_permissions,
    template_injection,
    dangerous_trigger,
    missing_timeout,
    missing_concurrency,
    persisted_credentials,
    secrets_inherit,
    insecure_commands,
    hardcoded_container_credentials,
    unsound_condition,
    curl_pipe_shell,
    self_hosted_on_pull_request,
)

RULES = MappingProxyType({module.RULE.id: module.RULE for module in MODULES})
