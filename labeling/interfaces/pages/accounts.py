"""Changing one's own password. Signing in and out are Django's views with our templates."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.urls import reverse_lazy

from labeling.interfaces.pages.layout import navigation
from labeling.models import User


class PasswordChange(views.PasswordChangeView):
    template_name = "password_change.html"
    success_url = reverse_lazy("worklist")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.widget.attrs["class"] = "input"
        return form

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "Your password is changed. Other browsers you were signed in on are signed out.")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, navigation=navigation(cast(User, self.request.user), None, ""))
