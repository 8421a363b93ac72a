"""/admin/: people, projects and memberships. Nothing of a read is here: what is blinded stays so."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from labeling.models import AuditEvent, Membership, Project, User

admin.site.site_header = admin.site.site_title = "Overread"
admin.site.index_title = "Administration"


class SuperuserOnly:
    """Staff who are no superusers could make themselves one by editing people."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_module_permission(request)

    has_change_permission = has_delete_permission = has_view_permission


@admin.register(User)
class PersonAdmin(SuperuserOnly, UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "first_name", "last_name", "is_active", "is_superuser", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Name", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    filter_horizontal = ()
    list_filter = ("is_active", "is_superuser")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """People sign reads: they are made inactive, not deleted."""
        return False


class MembershipInline(SuperuserOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    fields = ("user", "role")
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Project)
class ProjectAdmin(SuperuserOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("key", "name", "created_at")
    fields = ("key", "name", "description")
    inlines = (MembershipInline,)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(SuperuserOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("at", "actor", "action", "project", "subject")
    list_filter = ("action",)
    fields = readonly_fields = ("at", "actor", "action", "project", "subject", "details")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
