from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_a_footprint_is_never_altered")]

    operations = [
        # No district disposed of anything before this: the default is for none.
        migrations.AddField(
            model_name="disposal",
            name="district_id",
            field=models.BigIntegerField(default=0, verbose_name="区编号"),
            preserve_default=False,
        ),
    ]
